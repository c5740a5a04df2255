//! A token on behalf of a user has no more permissions than the user.

use super::client::Api;
use baton_desk::access::Role;
use baton_tests::DeskExt as _;
use baton_tests::run;
use serde_json::json;

const MARA: &str = "mara@relayforge.example";
const LEA: &str = "lea@relayforge.example";
const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn a_token_on_behalf_of_a_user_has_the_users_permissions() {
    let api = Api::pilot();
    let (desk, now) = (&api.server.desk, api.server.now());
    for (email, name, role) in [(MARA, "Mara Lindqvist", Role::Sdr), (LEA, "Lea Dorn", Role::Lead)] {
        run(desk.by("admin").add_user(email, name, role, now)).expect("a user");
        run(desk.by("admin").set_password(email, "four words and a lamp", now)).expect("a password");
    }
    let users = run(desk.users()).expect("users");
    // An admin's token on behalf of an SDR.
    let maras = api.token("maras", Role::Admin, Some(MARA));
    let leas = api.token("leas", Role::Sdr, Some(LEA));
    let queue = api.server.queue();
    let (other, own) = (&queue[0].0, &queue[1].0);
    for (id, user) in [(other, &users[1].id), (own, &users[0].id)] {
        let path = format!("packages/{id}/assign");
        let answer = api.post(&path, None, &json!({ "to": user }));
        assert_eq!((answer.status.as_u16(), &answer.body["user"]), (200, &json!(user)), "{}", answer.body);
        // Neither a token on behalf of an SDR nor a token with the role SDR can assign packages.
        for token in [&maras, &leas] {
            assert_eq!(api.send(token, "POST", &path, &[JSON], "{}").status, 403);
        }
    }
    let sees = |token: &str, id: &str| {
        let rows = api.send(token, "GET", "packages?limit=200", &[], "").body["rows"].clone();
        let listed = rows.as_array().expect("rows").iter().any(|row| row["id"] == *id);
        let status = api.send(token, "GET", &format!("packages/{id}"), &[], "").status;
        assert_eq!(listed, status == 200, "{status}");
        listed
    };
    assert_eq!((sees(&maras, other), sees(&maras, own)), (false, true));
    assert_eq!((sees(&api.lead, other), sees(&api.lead, own)), (true, true));
    for (asked, count) in [("nobody", queue.len() - 2), (users[0].id.as_str(), 1)] {
        let page = api.send(&api.lead, "GET", &format!("packages?limit=200&assignee={asked}"), &[], "").body;
        assert_eq!(page["rows"].as_array().expect("rows").len(), count, "{asked}");
    }

    // The review counts as a person's, and the audit log has the user on whose behalf the program acted.
    let (headers, body) = ([JSON, ("idempotency-key", "key-number-1")], |id: &str| {
        json!({ "shown": api.digest(id), "seconds": 30, "decision": { "decision": "approve" } }).to_string()
    });
    let path = format!("packages/{own}/decisions");
    let answer = api.send(&maras, "POST", &path, &headers, &body(own));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let decision = &api.server.view(&own.as_str().into()).decisions[0];
    // The server showed the package at this very moment, so it counts no time.
    assert_eq!((decision.who.as_str(), decision.seconds), ("token maras for Mara Lindqvist", Some(0)));
    // A program without a user reviews nothing, whatever it claims.
    let path = format!("packages/{other}/decisions");
    let answer = api.send(&api.lead, "POST", &path, &headers, &body(other));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let decision = &api.server.view(&other.as_str().into()).decisions[0];
    assert_eq!((decision.who.as_str(), decision.seconds), ("token warehouse", None));

    // The token works only while its user is active.
    run(desk.by("admin").disable_user(MARA, true, now)).expect("disabled");
    assert_eq!(api.send(&maras, "GET", "packages", &[], "").status, 401);
    run(desk.by("admin").disable_user(MARA, false, now)).expect("enabled");
    assert_eq!(api.send(&maras, "GET", "packages", &[], "").status, 200);
    for of_user in ["nobody@relayforge.example", "", "mara"] {
        let new = baton_desk::access::NewToken { name: "late", role: Role::Sdr, of_user: Some(of_user), expires: None };
        assert!(run(desk.by("admin").add_token(&new, now)).is_err(), "{of_user}");
    }
}
