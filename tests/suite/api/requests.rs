//! Requests of a program: permissions, answers and refusals.

use super::client::Api;
use baton_desk::access::{NewToken, Role};
use baton_model::PackageId;
use baton_model::package_state::PackageState;
use baton_tests::DeskExt as _;
use serde_json::json;

#[test]
fn only_a_token_grants_access() {
    let api = Api::pilot();
    let (good, host) = (format!("Bearer {}", api.sdr), ("host", "localhost:7420"));
    let cut = &good[..good.len() - 1];
    for (headers, status) in [
        (&[host, ("authorization", good.as_str())][..], 200),
        // A page of another site has no token, so the origin does not matter.
        (&[host, ("authorization", &good), ("origin", "https://evil.example")], 200),
        (&[host], 401),
        (&[host, ("cookie", &format!("baton-session={}", api.sdr))], 401),
        (&[host, ("authorization", cut)], 401),
        (&[host, ("authorization", "Bearer baton_")], 401),
        (&[host, ("authorization", &good.replace("Bearer", "Basic"))], 401),
        (&[host, ("authorization", &good), ("authorization", &good)], 401),
        (&[("host", "evil.example"), ("authorization", &good)], 421),
        (&[("authorization", &good)], 421),
    ] {
        let answer = api.bare("GET", "packages", headers, "");
        assert_eq!(answer.status, status, "{headers:?}");
        assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401);
    }
    baton_tests::run(api.server.desk.by("admin").revoke_token("dialler", api.server.now()))
        .expect("the token was valid");
    assert_eq!(api.get("packages").status, 401);
}

#[test]
fn every_path_requires_its_role() {
    let api = Api::pilot();
    let admin = api.token("console", Role::Admin, None);
    for route in baton_web::routes() {
        let Some(path) = route.path.strip_prefix("/api/v1/") else { continue };
        let path = path.replace("{id}", "0000000000000000");
        let least = route.least.expect("every path takes a token");
        for (token, role) in [(&api.sdr, Role::Sdr), (&api.lead, Role::Lead), (&admin, Role::Admin)] {
            let answer = api.send(token, route.method, &path, &[("content-type", "application/json")], "{}");
            let said = answer.body["detail"].as_str().unwrap_or_default();
            assert_eq!(
                ["Only team leads can", "Only admins can"].iter().any(|only| said.starts_with(only)),
                role < least,
                "{route:?} {role}: {said}"
            );
            assert_eq!(answer.status == 403, role < least, "{route:?} {role}: {said}");
        }
    }
}

#[test]
fn a_token_expires_and_its_name_is_unique() {
    let api = Api::pilot();
    let (desk, now) = (&api.server.desk, api.server.now());
    let add = |name, expires| {
        let new = NewToken { name, role: Role::Sdr, of_user: None, expires };
        baton_tests::run(desk.by("admin").add_token(&new, now))
    };
    let (_, token) = add("visit", Some(now + 60)).expect("a token");
    let asks = || api.send(&token, "GET", "sending", &[], "").status.as_u16();
    assert_eq!(asks(), 200);
    api.server.later(59);
    assert_eq!(asks(), 200);
    api.server.later(1);
    assert_eq!(asks(), 401);
    for (name, expires) in [("visit", None), ("dialler", None), ("", None), ("a b", None), ("late", Some(now))] {
        assert!(add(name, expires).is_err(), "{name}");
    }
    let all = baton_tests::run(desk.tokens()).expect("tokens");
    assert_eq!(all.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(), ["dialler", "visit", "warehouse"]);
    assert!(all[1].used.is_some() && all[2].used.is_none());
}

#[test]
fn lists_come_in_pages() {
    let api = Api::pilot();
    let all: Vec<String> = api.server.queue().into_iter().map(|id| id.0).collect();
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("packages?campaign=pilot&limit=7{after}")).body;
        let rows = page["rows"].as_array().expect("rows");
        assert!(rows.len() <= 7);
        seen.extend(rows.iter().map(|row| row["id"].as_str().expect("an id").to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all);
    for (path, status) in [
        ("packages?state=queued,snoozed", 200),
        ("packages?state=lost", 422),
        ("packages?limit=0", 422),
        ("packages?limit=201", 422),
        ("packages?limit=x", 422),
        ("packages?after=nonsense", 422),
        ("packages?campain=pilot", 422),
        ("packages/nonesuch", 404),
        ("packages/..%2f..", 404),
        ("checks", 200),
        ("outbox", 200),
        ("outbox/nonesuch", 404),
        ("streams?campaign=pilot", 200),
        ("streams/1", 200),
        ("streams/1/evidence?limit=5", 200),
        ("streams/999", 404),
        ("streams/one", 404),
        ("calibration?campaign=pilot", 200),
        ("sending", 200),
        ("nothing", 404),
    ] {
        let answer = api.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
    assert_eq!(api.send(&api.sdr, "DELETE", "packages", &[], "").status, 405);
}

#[test]
fn a_decision_counts_once_and_is_attributed_to_the_token() {
    let api = Api::pilot();
    let id = api.server.queue()[0].0.clone();
    let package = api.get(&format!("packages/{id}")).body;
    let path = format!("packages/{id}/decisions");
    let approve = json!({ "shown": package["digest"], "seconds": 12, "decision": { "decision": "approve" } });
    let first = api.post(&path, Some("key-number-1"), &approve);
    assert_eq!((first.status.as_u16(), &first.body["repeated"]), (200, &json!(false)), "{}", first.body);
    let view = api.server.view(&PackageId::from(id.as_str()));
    assert_eq!(view.state, PackageState::Scheduled);
    assert_eq!(view.decisions[0].who, "token warehouse");

    let again = api.post(&path, Some("\"key-number-1\""), &approve);
    assert_eq!((&again.body["outbox"], &again.body["repeated"]), (&first.body["outbox"], &json!(true)));
    assert_eq!(api.server.view(&PackageId::from(id.as_str())).decisions.len(), 1);
    let reject = json!({ "shown": package["digest"], "decision": { "decision": "reject", "reason": "draft" } });
    let other = api.post(&path, Some("key-number-1"), &reject);
    assert_eq!((other.status.as_u16(), &other.body["refusal"]), (422, &json!("key-reused")));
    let late = api.post(&path, Some("key-number-2"), &reject);
    assert_eq!(late.status, 409);
    assert!(late.body["refusal"]["illegal-transition"].is_object(), "{}", late.body);

    let trail = api.get(&format!("packages/{id}/audit-log")).body;
    let whats: Vec<_> = trail["rows"].as_array().expect("rows").iter().map(|row| row["action"].clone()).collect();
    assert!(whats.contains(&json!("viewed")) && whats.contains(&json!("approve")), "{whats:?}");

    // Undone; a repeated request changes nothing.
    let entry = first.body["outbox"].as_str().expect("an entry");
    assert_eq!(api.get(&format!("outbox/{entry}")).body["id"], entry);
    for _ in 0..2 {
        let answer = api.post(&format!("outbox/{entry}/withdraw"), None, &json!({}));
        assert_eq!((answer.status.as_u16(), &answer.body["state"]), (200, &json!("withdrawn")), "{}", answer.body);
    }
}

#[test]
fn a_scheduled_approval_waits_and_can_be_undone() {
    let api = Api::pilot();
    let id = api.server.queue()[0].0.clone();
    let (path, later) = (format!("packages/{id}/decisions"), api.server.now() + 7200);
    let ask = |key: &str, not_before: i64| {
        let decision = json!({ "decision": "approve" });
        api.post(&path, Some(key), &json!({ "shown": api.digest(&id), "not-before": not_before, "decision": decision }))
    };
    assert_eq!(ask("key-number-1", api.server.now() + 400 * 86_400).status, 422);
    let entry = ask("key-number-2", later).body["outbox"].as_str().expect("an entry").to_owned();
    assert_eq!(api.get(&format!("outbox/{entry}")).body["not-before"], later);
    for _ in 0..2 {
        let answer = api.post(&format!("packages/{id}/undo"), None, &json!({ "outbox": entry }));
        assert_eq!((answer.status.as_u16(), &answer.body["state"]), (200, &json!("queued")), "{}", answer.body);
    }
    assert_eq!(api.get(&format!("outbox/{entry}")).status, 404);
}

#[test]
fn another_draft_can_be_requested() {
    let api = Api::pilot();
    api.server.reworded.store(true, std::sync::atomic::Ordering::SeqCst);
    let id = api.server.queue()[0].0.clone();
    let body = json!({ "shown": api.digest(&id), "decision": { "decision": "redraft", "note": "shorter" } });
    let path = format!("packages/{id}/decisions");
    let first = api.post(&path, Some("key-number-1"), &body);
    assert_eq!(first.status, 200, "{}", first.body);
    let newer = first.body["newer"].as_str().expect("a package").to_owned();
    assert_ne!(newer, id);
    assert_eq!(api.post(&path, Some("key-number-1"), &body).body["newer"], json!(newer));
    assert_eq!(api.get(&format!("packages/{id}")).body["newer"], json!(newer));
    assert_eq!(api.get(&format!("packages/{newer}")).body["state"], json!("queued"));
}

#[test]
fn malformed_requests_change_nothing() {
    let api = Api::pilot();
    let id = api.server.queue()[0].0.clone();
    let digest = api.digest(&id);
    let path = format!("packages/{id}/decisions");
    let snooze =
        |until: i64| json!({ "shown": digest, "decision": { "decision": "snooze", "until": until } }).to_string();
    let good = snooze(api.server.now() + 3600);
    let extra = good.replace("\"shown\"", "\"show\":1,\"shown\"");
    let stale = good.replace(&digest, &"0".repeat(digest.len()));
    let large = format!("{}{good}", " ".repeat(200 << 10));
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let (json, key) = (("content-type", "application/json"), ("idempotency-key", "key-number-1"));
    for (headers, body, status, said) in [
        (&[json][..], &good, 400, "Idempotency-Key"),
        (&[json, ("idempotency-key", "short")], &good, 400, "Idempotency-Key"),
        (&[json, key, key], &good, 400, "Idempotency-Key"),
        (&[key], &good, 415, "JSON"),
        (&[("content-type", "text/plain"), key], &good, 415, "JSON"),
        (&[("content-type", "application/x-www-form-urlencoded"), key], &good, 415, "JSON"),
        (&[json, key], &extra, 422, "`show`"),
        (&[json, key], &large, 413, "too large"),
        (&[json, key], &deep, 400, "recursion"),
        (&[json, key], &"{".to_owned(), 400, "line 1"),
        (&[json, key], &"{}".to_owned(), 422, "shown"),
        (&[json, key], &snooze(5), 422, ""),
        (&[json, key], &stale, 409, ""),
    ] {
        let answer = api.send(&api.sdr, "POST", &path, headers, body);
        assert_eq!(answer.status, status, "{headers:?} {}", answer.body);
        let detail = answer.body["detail"].as_str().expect("a text");
        assert!(detail.contains(said), "{said}: {detail}");
    }
    let view = api.server.view(&PackageId::from(id.as_str()));
    assert_eq!((view.state, view.decisions.len()), (PackageState::Queued, 0));
    assert_eq!(api.send(&api.sdr, "POST", &path, &[json, key], &good).status, 200);
    assert_eq!(api.server.view(&PackageId::from(id.as_str())).state, PackageState::Snoozed);
}

#[test]
fn a_text_is_checked_without_a_decision() {
    let api = Api::pilot();
    let id = api.server.queue()[0].clone();
    let message = serde_json::to_value(&api.server.package(&id).draft.message).expect("JSON");
    let answer = api.post(&format!("packages/{id}/inspect"), None, &json!({ "message": message }));
    assert!(!answer.body.as_array().expect("checks").is_empty());
    let mut copied = message.clone();
    copied["bcc"] = json!("somebody@else.example");
    let refused = api.post(&format!("packages/{id}/inspect"), None, &json!({ "message": copied }));
    assert_eq!(refused.status, 422);
    assert!(refused.body["detail"].as_str().expect("a text").contains("message.bcc"), "{}", refused.body);
}

#[test]
fn stops_and_suppressions_are_idempotent_and_some_require_a_lead() {
    let api = Api::pilot();
    let order = json!({ "scope": "domain", "reason": "listed", "value": "acme.example" });
    for (path, body, least) in [
        ("sending/stop", json!({ "why": "the wording is wrong" }), false),
        ("sending/resume", json!({}), true),
        ("streams/1/stop", json!({ "why": "the wording is wrong" }), false),
        ("streams/1/resume", json!({ "why": "mended" }), true),
        ("suppressions", order, true),
    ] {
        let json = [("content-type", "application/json")];
        let sdr = api.send(&api.sdr, "POST", path, &json, &body.to_string());
        assert_eq!(sdr.status, if least { 403 } else { 200 }, "{path}: {}", sdr.body);
        for _ in 0..2 {
            let answer = api.post(path, None, &body);
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        }
    }
    // An account is named by its id alone: another text would cover nobody.
    let package = api.server.package(&api.server.queue()[0]);
    for (value, status) in [
        (package.account.id.as_str(), 200),
        (package.account.name.as_str(), 422),
        ("acme.example", 422),
        ("nosuch", 422),
    ] {
        let order = json!({ "scope": "account", "reason": "listed", "value": value });
        assert_eq!(api.post("suppressions", None, &order).status, status, "{value}");
    }
    for (change, value) in [("until", json!(5)), ("value", json!("x".repeat(400))), ("scope", json!("planet"))] {
        let mut order = json!({ "scope": "domain", "reason": "listed", "value": "acme.example" });
        order[change] = value;
        assert_eq!(api.post("suppressions", None, &order).status, 422, "{change}");
    }
}
