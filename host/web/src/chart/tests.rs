use super::*;
use expect_test::expect_file;
use proptest::prelude::*;

fn line(name: &str, points: &[(f64, f64)]) -> Line {
    Line { name: name.into(), points: points.to_vec(), baseline: false }
}

fn chart(lines: Vec<Line>) -> Chart {
    Chart {
        title: "Two ways".into(),
        description: "One rises, one falls".into(),
        along: "days".into(),
        panels: vec![Panel { title: "messages a day".into(), lines }],
    }
}

#[test]
fn a_chart() {
    let mut lines = vec![line("up", &[(0.0, 0.0), (10.0, 40.0)]), line("down", &[(0.0, 40.0), (10.0, 38.0)])];
    lines.push(Line { name: "by hand".into(), points: vec![(0.0, 8.0), (10.0, 8.0)], baseline: true });
    expect_file!["chart.svg"].assert_eq(&chart(lines).inline());
}

#[test]
fn text_stays_text() {
    let mut hostile = chart(vec![line("</text><script>alert(1)</script>", &[(0.0, 1.0)])]);
    hostile.title = "\"><img src=x onerror=alert(1)>".into();
    hostile.description = "]]>&<".into();
    hostile.along = "<a href='javascript:1'>".into();
    hostile.panels[0].title = "</g></svg>".into();
    for svg in [hostile.inline(), hostile.file()] {
        for forbidden in ["<script", "<img", "<a ", "]]><", "</g></svg>&"] {
            assert!(!svg.contains(forbidden), "{forbidden} in\n{svg}");
        }
        assert_eq!(svg.matches("</svg>").count(), 1, "{svg}");
    }
}

#[test]
fn lines_of_one_name_look_alike_everywhere() {
    let mut two = chart(vec![line("a", &[(0.0, 1.0)]), line("b", &[(0.0, 1.0)])]);
    two.panels.push(Panel { title: "again".into(), lines: vec![line("b", &[(0.0, 1.0)])] });
    assert_eq!(two.inline().matches("<polyline class=\"look-1\"").count(), 2);
}

#[test]
fn only_a_file_has_rules_of_its_own() {
    let chart = chart(Vec::new());
    // The page's content security policy blocks inline styles.
    assert!(chart.file().contains("<style>") && !chart.inline().contains("<style>"));
    assert!(!chart.inline().contains("style="));
}

#[test]
fn no_address_is_fetched_from() {
    let file = chart(vec![line("a", &[(0.0, 1.0)])]).file();
    let without_namespace = file.replace("http://www.w3.org/2000/svg", "");
    assert!(!without_namespace.contains("http") && !without_namespace.contains("url("), "{file}");
}

proptest! {
    #[test]
    fn any_numbers_are_drawn_within_the_chart(
        points in prop::collection::vec((any::<f64>(), any::<f64>()), 0..40), lines in 0..30_usize,
    ) {
        let chart = chart((0..lines).map(|_| line("x", &points)).collect());
        let svg = chart.inline();
        prop_assert!(!svg.contains("NaN") && !svg.contains("inf"), "{}", svg);
        for points in svg.split("points=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            for number in points.split([' ', ',']).filter(|number| !number.is_empty()) {
                let place: f64 = number.parse().expect("a number");
                prop_assert!((0.0..=760.0).contains(&place));
            }
        }
    }
}
