//! The queue of replies as a program uses it.

use super::client::Api;
use crate::followups::world::World;
use baton_tests::run;
use baton_tests::server::{DAY, TestServer};
use serde_json::json;

#[test]
fn a_reply_is_taken_over_once() {
    let (mut world, _) = run(World::going());
    world.touches.push("201,2026-03-11 10:00,inbound,email,,About your message,".to_owned());
    run(world.run());
    let api = Api::over(TestServer::over(tempfile::tempdir().expect("a folder"), world.desk.clone()));
    api.server.later(3 * DAY);
    let listed = |taken| api.get(&format!("replies?taken={taken}")).body["rows"].as_array().expect("rows").clone();
    let [reply] = &listed(false)[..] else { panic!("one waits") };
    assert_eq!((&reply["about"], &reply["paused"]), (&json!("About your message"), &json!(true)));
    let path = format!("replies/{}", reply["id"].as_str().expect("an id"));
    for (what, taken) in [("take", true), ("take", true), ("not-yet", false), ("not-yet", false)] {
        let answer = api.post(&format!("{path}/{what}"), None, &json!({}));
        assert_eq!((answer.status.as_u16(), answer.body["takeover"].is_object()), (200, taken), "{}", answer.body);
        assert_eq!((listed(true).len(), listed(false).len()), (usize::from(taken), usize::from(!taken)));
    }
    for (path, status) in [("replies?taken=maybe", 422), ("replies?after=x", 422), ("replies?who=x", 422)] {
        assert_eq!(api.get(path).status, status, "{path}");
    }
    assert_eq!(api.post("replies/nonesuch1234/take", None, &json!({})).status, 404);
}
