//! The tables of the README: the shipped governor's assessments of plans and evidence. A test compares them, so that the
//! README cannot differ from the governor.

use anyhow::{Context as _, Result};
use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Outlook, Tally};
use baton_facts::types::BasisPoints;
use baton_runtime::{Component, Governor, Runtime, RuntimeOptions};
use std::fmt::Write as _;
use std::path::Path;

const ALL: BasisPoints = 10_000;
/// The default plan and that of the pilot's tier `mid`: one in five, 15 in a row, a risk limit of 15%, samples held.
const USUAL: Plan = Plan { levels: &[2000], limit: 483, held: true };
/// The plan of the pilot's tier `exploratory`.
const SEVERAL: Plan = Plan { levels: &[2000, 500, 200], limit: 483, held: false };
/// The limits of the published clearance numbers, which are by sampled fraction and limit.
const LIMITS: [BasisPoints; 4] = [290, 494, 712, 1146];
const PUBLISHED: [(&str, BasisPoints, [u32; 4]); 5] = [
    ("1/2", 5000, [10, 6, 5, 3]),
    ("1/5", 2000, [25, 15, 11, 7]),
    ("1/7", 1429, [31, 18, 13, 8]),
    ("1/10", 1000, [38, 22, 16, 10]),
    ("1/25", 400, [57, 33, 23, 14]),
];

#[derive(Clone, Copy)]
struct Plan {
    levels: &'static [BasisPoints],
    limit: BasisPoints,
    held: bool,
}

impl Plan {
    fn full(self) -> InspectionPlan {
        InspectionPlan {
            sampling: self.levels.to_vec(),
            outgoing_quality_limit: self.limit,
            risk_limit: 1500,
            held: self.held,
        }
    }
}

/// Returns every table, each between the comments that mark its place in the README.
pub async fn all(components: &Path) -> Result<String> {
    let path = components.join("governor.wasm");
    let bytes = std::fs::read(&path)
        .with_context(|| format!("{}\nhint: `cargo xtask guests` builds the components", path.display()))?;
    let runtime = Runtime::new(&RuntimeOptions::default().with_cache(Runtime::default_cache()))?;
    let governor = Governor::new(&runtime, &Component::load(&runtime, bytes).await?)?;
    let figures = Figures(governor);
    let tables = [
        ("luck", figures.luck().await?),
        ("plans", figures.plans().await?),
        ("pilot", figures.pilot().await?),
        ("limits", figures.limits().await?),
        ("bound", figures.bound().await?),
    ];
    let mut all = String::new();
    for (name, table) in tables {
        writeln!(all, "<!-- figures: {name} -->\n{table}<!-- end -->\n")?;
    }
    Ok(all)
}

struct Figures(Governor);

impl Figures {
    async fn forecast(
        &self,
        plan: &InspectionPlan,
        rate: BasisPoints,
        missed: BasisPoints,
        in_flight: u32,
    ) -> Result<Outlook> {
        Ok(*self.0.forecast(plan.clone(), rate, missed, in_flight).await.result?)
    }

    /// Returns the results of one plan for drafts of several qualities.
    async fn luck(&self) -> Result<String> {
        let mut table = table(&[
            "bad drafts",
            "cleared by the first run",
            "reads until cleared, on average",
            "read in the long run",
            "bad ones sent, of all",
        ])?;
        let plan = USUAL.full();
        for rate in [100, 200, 500, 1000, 2000, 3000] {
            let outlook = self.forecast(&plan, rate, 0, 0).await?;
            let clear = (1.0 - f64::from(rate) / 10_000.0).powi(outlook.clearance.cast_signed());
            let cells = [
                percent(rate),
                format!("{:.0}%", clear * 100.0),
                outlook.inspections_to_clear.to_string(),
                format!("{:.0}%", f64::from(outlook.inspected) / 100.0),
                percent(outlook.outgoing),
            ];
            row(&mut table, &cells)?;
        }
        Ok(table)
    }

    /// Returns the choice of plans: a share, a limit, and their costs.
    async fn plans(&self) -> Result<String> {
        let mut table = table(&[
            "share read after clearance, `f`",
            "limit (AOQL)",
            "in a row, `i`",
            "published `i`",
            "reads until cleared at 2% bad",
            "at 5%",
            "at 10%",
            "bad ones sent before a catch, held",
            "sent",
        ])?;
        for (name, fraction, published) in PUBLISHED {
            for (limit, published) in LIMITS.into_iter().zip(published) {
                let held = InspectionPlan { sampling: vec![fraction], outgoing_quality_limit: limit, ..USUAL.full() };
                let sent = InspectionPlan { held: false, ..held.clone() };
                let mut cells = vec![name.to_owned(), percent(limit)];
                for rate in [200, 500, 1000] {
                    let outlook = self.forecast(&held, rate, 0, 0).await?;
                    if rate == 200 {
                        cells.extend([outlook.clearance.to_string(), published.to_string()]);
                    }
                    cells.push(outlook.inspections_to_clear.to_string());
                }
                for plan in [held, sent] {
                    cells.push(hundredths(self.forecast(&plan, 500, 0, 0).await?.escapes));
                }
                row(&mut table, &cells)?;
            }
        }
        Ok(table)
    }

    /// Returns the results of the pilot's own two plans.
    async fn pilot(&self) -> Result<String> {
        let mut table = table(&[
            "tier",
            "bad drafts",
            "in a row, `i`",
            "reads until the first level, on average",
            "read in the long run",
            "bad ones sent, of all",
            "bad ones sent before a catch",
        ])?;
        for (name, plan) in [("`mid`", USUAL), ("`exploratory`", SEVERAL)] {
            for rate in [100, 200, 500, 1000] {
                let outlook = self.forecast(&plan.full(), rate, 0, 0).await?;
                let cells = [
                    name.to_owned(),
                    percent(rate),
                    outlook.clearance.to_string(),
                    outlook.inspections_to_clear.to_string(),
                    percent(outlook.inspected),
                    percent(outlook.outgoing),
                    hundredths(outlook.escapes),
                ];
                row(&mut table, &cells)?;
            }
        }
        Ok(table)
    }

    /// Returns the maximum of sent defects, for samples that are held or not and for reviewers who miss some.
    async fn limits(&self) -> Result<String> {
        let mut table = table(&[
            "defects that readers miss",
            "at any rate up to",
            "held",
            "held, and 20 more before a verdict",
            "sent",
            "sent, and 20 more before a verdict",
        ])?;
        for (missed, rate) in [(0, ALL), (0, 1500), (500, 1500), (1000, 1500), (2500, 1500), (1000, ALL)] {
            let mut cells = vec![percent(missed), percent(rate)];
            for (held, in_flight) in [(true, 0), (true, 20), (false, 0), (false, 20)] {
                let plan = Plan { held, ..USUAL }.full();
                cells.push(percent(self.forecast(&plan, rate, missed, in_flight).await?.outgoing_limit));
            }
            row(&mut table, &cells)?;
        }
        Ok(table)
    }

    /// Returns the number of inspections that bring the bound within a limit.
    async fn bound(&self) -> Result<String> {
        let mut table = table(&["nonconforming among them", "for 20%", "for 15%", "for 10%", "for 5%"])?;
        for nonconforming in 0..=5 {
            let mut cells = vec![nonconforming.to_string()];
            for limit in [2000, 1500, 1000, 500] {
                cells.push(self.inspections_for(nonconforming, limit).await?.to_string());
            }
            row(&mut table, &cells)?;
        }
        Ok(table)
    }

    async fn inspections_for(&self, nonconforming: u64, limit: BasisPoints) -> Result<u64> {
        let (mut too_few, mut enough) = (nonconforming, 2_000);
        while enough - too_few > 1 {
            let middle = u64::midpoint(too_few, enough);
            let tally = Tally { inspected: middle, nonconforming, ..Tally::default() };
            let assessment = self.0.assess(USUAL.full(), tally, 0, 0).await.result?;
            if assessment.upper_bound <= limit { enough = middle } else { too_few = middle }
        }
        Ok(enough)
    }
}

fn table(head: &[&str]) -> Result<String> {
    let mut table = String::new();
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    row(&mut table, &head)?;
    row(&mut table, &vec!["---:".to_owned(); head.len()])?;
    Ok(table)
}

fn row(table: &mut String, cells: &[String]) -> Result<()> {
    Ok(writeln!(table, "| {} |", cells.join(" | "))?)
}

/// Formats a percentage: `15%`, `4.83%`.
fn percent(points: BasisPoints) -> String {
    let digits = format!("{}.{:02}", points / 100, points % 100);
    format!("{}%", digits.trim_end_matches('0').trim_end_matches('.'))
}

fn hundredths(number: u32) -> String {
    let digits = format!("{}.{:02}", number / 100, number % 100);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}
