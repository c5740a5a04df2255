//! The page on which an admin manages the users.

use super::server_with_users::{MARA, PASSWORD, ServerWithUsers};
use axum::http::StatusCode;
use baton_desk::access::Role;
use baton_identity::WebOptions;
use baton_tests::run;

const ADMIN: &str = "ada@relayforge.example";

#[test]
fn an_admin_adds_changes_and_disables_users() {
    let site = ServerWithUsers::new(&WebOptions::default());
    site.add(ADMIN, "Ada Min", Role::Admin);
    let mut ada = site.signed_in(ADMIN);
    assert!(ada.get("/").body.contains("href=\"/users\""));

    let answer = ada.post("/users", &[("name", "Mara <b>Lindqvist"), ("email", MARA), ("role", "sdr")]);
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(!answer.body.contains("<b>Lindqvist"));
    let (_, link) = answer.body.split_once("/invitation/").expect("a link");
    let path = format!("/invitation/{}", &link[..52]);
    let mut visitor = site.visitor();
    assert_eq!(visitor.post(&path, &[("password", PASSWORD), ("again", PASSWORD)]).location(), "/");
    // The invitation is shown once.
    assert!(!ada.get("/users").body.contains("/invitation/"));

    let users = run(site.server.desk.users()).expect("users");
    let id = |name: &str| {
        let of =
            |user: &&baton_desk::access::UserView| user.name.as_ref().open().is_some_and(|of| of.starts_with(name));
        users.iter().find(of).expect("a user").id.clone()
    };
    let (mara, own) = (id("Mara"), id("Ada"));
    // An SDR cannot see or change users.
    assert!(!visitor.get("/").body.contains("href=\"/users\""));
    for answer in [
        visitor.get("/users"),
        visitor.post("/users", &[("name", "A"), ("email", "a@b.example"), ("role", "admin")]),
        visitor.post(&format!("/users/{mara}/role"), &[("role", "admin")]),
        visitor.post(&format!("/users/{own}/disable"), &[]),
        visitor.post(&format!("/users/{own}/invite"), &[]),
    ] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.problem().contains("Only admins can "), "{}", answer.problem());
    }

    assert_eq!(ada.post(&format!("/users/{mara}/role"), &[("role", "lead")]).location(), "/users");
    assert_eq!(ada.post(&format!("/users/{mara}/disable"), &[]).location(), "/users");
    assert_eq!(visitor.get("/").status, StatusCode::SEE_OTHER);
    assert_eq!(ada.post(&format!("/users/{mara}/enable"), &[]).location(), "/users");
    let trail = site.trail();
    for what in ["user-added", "user-invited", "user-role", "user-disabled", "user-enabled"] {
        let line = ("Ada Min".to_owned(), what.to_owned(), Some("127.0.0.9".to_owned()));
        assert!(trail.contains(&line), "{what}: {trail:?}");
    }

    // The last admin keeps the role.
    for answer in
        [ada.post(&format!("/users/{own}/role"), &[("role", "sdr")]), ada.post(&format!("/users/{own}/disable"), &[])]
    {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.problem().contains("the last admin"), "{}", answer.problem());
    }
    // Invalid values are reported, and the typed values stay in the form.
    for (name, email, words) in [
        ("", "new@relayforge.example", "name must be one line"),
        ("New Hire", "nowhere", "not an email address"),
        ("Ada Min", "new@relayforge.example", "already has this name or this address"),
    ] {
        let answer = ada.post("/users", &[("name", name), ("email", email), ("role", "sdr")]);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.problem().contains(words), "{}", answer.problem());
        assert!(answer.body.contains(&format!("value=\"{email}\"")));
    }
    assert_eq!(ada.post("/users/nobody/disable", &[]).status, StatusCode::NOT_FOUND);
    assert_eq!(ada.post(&format!("/users/{mara}/role"), &[("role", "owner")]).status, StatusCode::NOT_FOUND);
}
