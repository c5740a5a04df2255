//! Review times cannot be made up: of what programs and pages report, no more counts than the server saw pass.

use crate::access::tokens::NewToken;
use crate::desk::Desk;
use crate::tests::fixture::{Fixture, NOW, another_package, package, request};
use baton_facts::types::Timestamp;
use baton_model::decision::{Decision, DecisionRequest};
use baton_model::{Actor, PackageId, Role};
use proptest::prelude::*;

/// A step of one user's surfaces: 0 is the page, 1 and 2 are programs that act for the user.
#[derive(Clone, Copy, Debug)]
enum Step {
    Wait(u32),
    View { surface: usize, package: usize },
    Decide { surface: usize, package: usize, seconds: u32 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..90_u32).prop_map(Step::Wait),
        (1..3_usize, 0..2_usize).prop_map(|(surface, package)| Step::View { surface, package }),
        (0..3_usize, 0..2_usize, 0..300_u32).prop_map(|(surface, package, seconds)| Step::Decide {
            surface,
            package,
            seconds
        }),
    ];
    prop::collection::vec(step, 1..40)
}

/// A user with two programs that act for them, a program of its own, and two packages.
struct Surfaces {
    fixture: Fixture,
    /// The page and the two programs.
    desks: [Desk; 3],
    /// A program that acts for nobody.
    alone: Desk,
    packages: [PackageId; 2],
}

impl Surfaces {
    async fn new() -> Self {
        let fixture = Fixture::new().await;
        for package in [package(), another_package()] {
            fixture.keep(&package, NOW).await;
        }
        let mut packages = Vec::new();
        for row in fixture.desk.queue(&Default::default(), None, 10, NOW).await.unwrap().rows {
            packages.push(row.id);
        }
        fixture.desk.add_user("mara@north.example", "Mara Lind", Role::Lead, NOW).await.unwrap();
        let id = fixture.desk.users().await.unwrap().remove(0).id;
        let mut programs = Vec::new();
        for (name, of_user) in [("one", Some("mara@north.example")), ("two", Some("mara@north.example")), ("own", None)]
        {
            let new = NewToken { name, role: Role::Lead, of_user, expires: None };
            let (_, token) = fixture.desk.add_token(&new, NOW).await.unwrap();
            let client = fixture.desk.api_client(&token, NOW).await.unwrap().unwrap();
            let actor = Actor::program(client.who, client.role, client.of_user);
            programs.push(fixture.desk.service().acting_as(actor));
        }
        let page = fixture.desk.service().acting_as(Actor::user(id, "Mara Lind", Role::Lead));
        let alone = programs.pop().unwrap();
        let [one, two] = programs.try_into().ok().unwrap();
        let packages = packages.try_into().unwrap();
        Self { desks: [page, one, two], alone, fixture, packages }
    }

    /// Snoozes the package, so that it can be decided again, and returns the seconds that count.
    async fn decide(&self, desk: &Desk, package: usize, seconds: u32, key: &str, now: Timestamp) -> Option<u32> {
        let shown = self.fixture.desk.package(&self.packages[package], now).await.unwrap();
        let snooze = request(&shown, key, Decision::Snooze { until: now + 1 });
        desk.decide(&DecisionRequest { seconds: Some(seconds), ..snooze }, now).await.unwrap();
        let view = self.fixture.desk.package(&self.packages[package], now).await.unwrap();
        view.decisions.last().unwrap().seconds
    }

    async fn view(&self, desk: &Desk, package: usize, now: Timestamp) {
        let shown = desk.package(&self.packages[package], now).await.unwrap();
        desk.record_package_view(&shown, now).await.unwrap();
    }
}

#[tokio::test]
async fn a_program_counts_only_the_time_since_it_was_shown_the_text() {
    let surfaces = Surfaces::new().await;
    let [page, one, two] = &surfaces.desks;
    surfaces.view(one, 0, NOW).await;
    surfaces.view(&surfaces.alone, 0, NOW).await;
    for (desk, package, seconds, now, expected) in [
        // No view by this program, or of this package.
        (two, 0, 45, NOW + 60, None),
        (one, 1, 45, NOW + 61, None),
        // A program of its own looks at nothing.
        (&surfaces.alone, 0, 45, NOW + 62, None),
        // Since the last decision of the same user.
        (one, 0, 45, NOW + 90, Some(29)),
        (one, 0, 45, NOW + 200, Some(45)),
        (page, 1, 45, NOW + 210, Some(10)),
        (one, 0, 45, NOW + 210, Some(0)),
    ] {
        let key = format!("decide-{now}-{seconds}-{package}");
        assert_eq!(surfaces.decide(desk, package, seconds, &key, now).await, expected, "{key}");
    }
    // A view of another text does not count.
    let shown = one.package(&surfaces.packages[1], NOW).await.unwrap();
    one.record_view(&shown.id, "digest 00000000", NOW + 300).await.unwrap();
    assert_eq!(surfaces.decide(one, 1, 45, "another-text", NOW + 400).await, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_times_of_one_user_never_exceed_the_time_that_passed(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let surfaces = Surfaces::new().await;
            let mut now = NOW + 1000;
            let (mut viewed, mut total) = ([[None; 2]; 3], 0);
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Wait(seconds) => now += Timestamp::from(seconds),
                    Step::View { surface, package } => {
                        surfaces.view(&surfaces.desks[surface], package, now).await;
                        viewed[surface][package] = Some(now);
                    }
                    Step::Decide { surface, package, seconds } => {
                        let key = format!("decision-{number}");
                        // A page cannot report more than has passed since it was made.
                        let seconds = if surface == 0 { seconds.min((now - NOW - 1000) as u32) } else { seconds };
                        let desk = &surfaces.desks[surface];
                        let counted = surfaces.decide(desk, package, seconds, &key, now).await;
                        prop_assert!(counted.unwrap_or(0) <= seconds);
                        if surface > 0 {
                            let since = viewed[surface][package];
                            prop_assert_eq!(counted.is_some(), since.is_some());
                            prop_assert!(Timestamp::from(counted.unwrap_or(0)) <= since.map_or(0, |since| now - since));
                        }
                        total += Timestamp::from(counted.unwrap_or(0));
                    }
                }
                prop_assert!(total <= now - NOW - 1000, "{} of {}", total, now - NOW - 1000);
            }
            Ok(())
        })?;
    }
}
