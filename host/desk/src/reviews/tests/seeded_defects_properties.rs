//! In any order of steps, no text of a seeded package reaches the outbox, nor an edit of such a text.

use crate::desk::Desk;
use crate::reviews::tests::seeded_defects::{draft, queue};
use crate::tests::fixture::{Fixture, NOW, another_package, approve, keep, newer_package, package, request};
use baton_facts::types::{Message, Timestamp};
use baton_model::decision::{Decision, DecisionRequest, Overruled, RejectReason};
use baton_model::delivery::{DeliveryOutcome, SendVerdict};
use baton_model::views::PackageView;
use baton_model::{Erasable, PackageId};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::num::NonZeroU32;

#[derive(Clone, Copy, Debug)]
enum Deed {
    Prepare,
    Approve,
    Edit,
    Overrule,
    RejectIt,
    Snooze,
    Elapse,
    LetGo,
    Release,
    Transmit,
    Pause,
    Restart,
    Crossed,
}

async fn act(desk: &Desk, deed: Deed, number: usize, seen: &mut Vec<PackageView>) {
    let now = NOW + number as Timestamp;
    let key = format!("request-{number}");
    let packages = [package(), another_package(), newer_package()];
    let _: Option<()> = async {
        let open = queue(desk, now).await;
        let shown = desk.package(open.get(number % open.len().max(1))?, now).await.ok()?;
        seen.push(shown.clone());
        let text = |message: Message| Message { body: format!("{}\n\nP.S. {}", message.body, shown.id), ..message };
        let overruled = vec![Overruled { check: "greeting".into(), reason: "a nickname".into() }];
        let decision = match deed {
            Deed::Approve => Decision::Approve { overruled: Vec::new() },
            Deed::Overrule => Decision::Approve { overruled },
            Deed::Edit => Decision::Edit { message: text(draft(&shown)), overruled, my_wording: true },
            Deed::RejectIt => Decision::Reject { reason: RejectReason::NotNow, note: String::new() },
            Deed::Snooze => Decision::Snooze { until: now + 3 },
            // With the digest of another package.
            Deed::Crossed => {
                let other = &seen[number % seen.len()];
                let request = DecisionRequest { shown: other.digest.clone(), ..approve(&shown, &key) };
                let _ = desk.decide(&request, now).await;
                return None;
            }
            _ => return None,
        };
        let _ = desk.decide(&request(&shown, &key, decision), now).await;
        None
    }
    .await;
    match deed {
        Deed::Prepare => drop(keep(desk, &packages[number % 3], now).await),
        Deed::Elapse => drop(desk.run_maintenance(now).await),
        Deed::LetGo => drop(desk.auto_release(now, 60).await),
        Deed::Pause => drop(desk.by("mara").pause("a1", number.is_multiple_of(2).then_some("a call"), now).await),
        Deed::Release => {
            for shown in seen.iter() {
                let _ = desk.release(&shown.id.0, now).await;
            }
            for entry in desk.unreleased().await.unwrap() {
                let _ = desk.release(&entry, now).await;
            }
        }
        Deed::Transmit => {
            if let Ok(Some(claimed)) = desk.claim_next(now, NOW, "test", |_| SendVerdict::Send).await {
                let _ = desk.save_send_result(&claimed, &DeliveryOutcome::Accepted("250".into()), now, now).await;
            }
        }
        _ => {}
    }
}

/// Asserts that every outbox entry belongs to a real package and contains its draft or an edit of it: never the text of
/// a seeded package, nor an edit of that.
async fn sound(desk: &Desk, seen: &[PackageView]) {
    let real: BTreeSet<String> =
        [package(), another_package(), newer_package()].map(|package| package.draft.message.body).into();
    for entry in desk.outbox(None, 100).await.unwrap().rows {
        let Erasable::Open(message) = entry.message else { panic!("no person was erased") };
        let (drafted, made_of) = match message.body.split_once("\n\nP.S. ") {
            Some((drafted, id)) => (drafted, PackageId(id.to_owned())),
            None => (message.body.as_str(), entry.package.clone()),
        };
        assert!(real.contains(drafted), "{drafted}");
        assert_eq!(made_of, entry.package);
        assert_eq!(desk.package(&entry.package, NOW).await.unwrap().seeded_defect, None);
    }
    for view in seen.iter().filter(|view| !real.contains(&draft(view).body)) {
        assert!(desk.package(&view.id, NOW).await.unwrap().outbox.is_none(), "a seeded package has an outbox entry");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_seeded_text_reaches_the_outbox(
        deeds in prop::collection::vec(
            prop_oneof![
                3 => prop::sample::select(vec![Deed::Prepare, Deed::Approve, Deed::Edit, Deed::Release]),
                2 => prop::sample::select(vec![
                    Deed::Overrule, Deed::RejectIt, Deed::Snooze, Deed::Elapse, Deed::LetGo, Deed::Transmit,
                    Deed::Pause, Deed::Restart, Deed::Crossed,
                ]),
            ],
            1..40,
        ),
        one_in in 1_u32..3,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let plants = |desk: Desk| desk.with(|desk| desk.with_seeded_defects(NonZeroU32::new(one_in)));
            let mut desk = plants(fixture.another().await);
            let mut seen = Vec::new();
            for (number, deed) in deeds.into_iter().enumerate() {
                act(&desk, deed, number, &mut seen).await;
                if matches!(deed, Deed::Restart) {
                    desk.store().close().await;
                    desk = plants(fixture.another().await);
                }
                sound(&desk, &seen).await;
            }
        });
    }
}
