//! The assignment of an account to one of several variants of an angle.
//!
//! The choice is a function of the campaign's id, the kind, the language, the account and this store's key, so an
//! account gets the same variant in every run and follow-up. Over many accounts the shares are equal, and adding or
//! removing a variant moves only the accounts that it gains or had.

use crate::angle_variants as variants;
use baton_facts::policy::{Angle, Campaign};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Returns the campaign for this account: of the variants of one angle only the chosen one, the other angles unchanged.
///
/// Each variant gets a number and the largest wins (rendezvous hashing: D. G. Thaler and C. V. Ravishankar, "Using
/// name-based mappings to increase hit rates", IEEE/ACM Transactions on Networking 6, 1998). `draw` is a keyed hash of
/// its argument.
pub fn campaign_for_account<'a>(
    campaign: &'a Campaign,
    account: &str,
    draw: impl Fn(&[&str]) -> Vec<u8>,
) -> Cow<'a, Campaign> {
    let mut versions: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (index, angle) in campaign.angles.iter().enumerate() {
        versions.entry(variants::kind_and_language(angle)).or_default().push(index);
    }
    if versions.values().all(|several| several.len() == 1) {
        return Cow::Borrowed(campaign);
    }
    let mut chosen: Vec<usize> = Vec::with_capacity(versions.len());
    for ((kind, language), several) in &versions {
        let number = |index: &usize| {
            let name = variants::variant_name(&campaign.angles[*index].version);
            draw(&[&campaign.id, kind, language, account, name])
        };
        // Of variants without names, the first one stays.
        chosen.extend(several.iter().copied().rev().max_by_key(number));
    }
    // The order of the angles is the author's.
    chosen.sort_unstable();
    let angles: Vec<Angle> = chosen.into_iter().map(|index| campaign.angles[index].clone()).collect();
    Cow::Owned(Campaign { angles, ..campaign.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    const ACCOUNTS: usize = 6000;

    /// A campaign with these variants for funding, and one angle for hiring.
    fn campaign(names: &[&str]) -> Campaign {
        let angle = |kind: &str, name: &str| Angle {
            signal_kind: kind.to_owned(),
            version: variants::version_of(name, &format!("{name:-<12}")),
            language: "en".to_owned(),
            ..angle()
        };
        let mut angles: Vec<Angle> = names.iter().map(|name| angle("funding", name)).collect();
        angles.push(angle("hiring", ""));
        Campaign { angles, ..empty() }
    }

    fn angle() -> Angle {
        serde_json::from_value(serde_json::json!({
            "signal-kind": "", "version": "", "language": "en", "weight": 50, "max-age-days": 30, "subject": "",
            "greeting": "", "opener": "", "pitch": "", "call-to-action": "", "facts": []
        }))
        .unwrap()
    }

    fn empty() -> Campaign {
        serde_json::from_value(serde_json::json!({
            "id": "pilot", "language": "en", "touches-max": 4, "days-between-touches": [3], "quiet-days": 30,
            "colleague-quiet-days": 90, "contacts-active-max": 2, "days-between-contacts": 3,
            "weakest-verification": "deliverable", "angles": [], "customer": { "industries": [], "countries": [],
            "roles": [] }, "sender": { "id": "mara", "name": "Mara", "email": "mara@relayforge.example", "title": "",
            "company": "Relayforge", "signature": "Mara" }
        }))
        .unwrap()
    }

    fn draw(seed: u64) -> impl Fn(&[&str]) -> Vec<u8> {
        move |parts| Sha256::digest(format!("{seed} {parts:?}")).to_vec()
    }

    /// Returns the variant for funding of each account.
    fn choices(names: &[&str], seed: u64) -> Vec<String> {
        let campaign = campaign(names);
        let choose = |number| {
            let campaign = campaign_for_account(&campaign, &format!("account-{number}"), draw(seed));
            assert_eq!(campaign.angles.len(), 2, "one for funding, one for hiring");
            variants::variant_name(&campaign.angles[0].version).to_owned()
        };
        (0..ACCOUNTS).map(choose).collect()
    }

    #[test]
    fn an_account_gets_one_version_and_always_the_same() {
        let names = ["", "b"];
        assert_eq!(choices(&names, 1), choices(&names, 1));
        assert_ne!(choices(&names, 1), choices(&names, 2), "another store chooses otherwise");
        let single = campaign(&["a"]);
        assert!(matches!(campaign_for_account(&single, "account", draw(1)), Cow::Borrowed(_)));
    }

    /// Pearson's chi-square for equal shares: 10.83, 13.82, 20.52 are the values exceeded with probability 0.001 at 1,
    /// 2 and 5 degrees of freedom.
    #[test]
    fn shares_are_equal() {
        for (names, limit) in
            [(&["", "b"][..], 10.83), (&["a", "b", "c"], 13.82), (&["a", "b", "c", "d", "e", "f"], 20.52)]
        {
            for seed in 0..5 {
                let chosen = choices(names, seed);
                let expected = ACCOUNTS as f64 / names.len() as f64;
                let distances = names.iter().map(|name| {
                    let got = chosen.iter().filter(|one| one == name).count() as f64;
                    (got - expected).powi(2) / expected
                });
                let chi_square: f64 = distances.sum();
                assert!(chi_square < limit, "{names:?} with seed {seed}: {chi_square}");
            }
        }
    }

    #[test]
    fn one_more_version_moves_only_the_accounts_it_gains() {
        let (two, three) = (choices(&["a", "b"], 7), choices(&["a", "b", "c"], 7));
        let moved = two.iter().zip(&three).filter(|(before, after)| before != after);
        assert!(moved.clone().all(|(_, after)| after == "c"));
        assert_eq!(moved.count(), three.iter().filter(|one| *one == "c").count());
    }

    #[test]
    fn a_new_wording_moves_no_account() {
        let before = campaign(&["a", "b"]);
        let mut after = before.clone();
        after.angles[1].version = "b/other".into();
        for number in 0..200 {
            let account = format!("account-{number}");
            let name = |campaign: &Campaign| {
                let chosen = campaign_for_account(campaign, &account, draw(3));
                variants::variant_name(&chosen.angles[0].version).to_owned()
            };
            assert_eq!(name(&before), name(&after));
        }
    }
}
