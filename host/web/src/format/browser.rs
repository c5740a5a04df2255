//! A short browser name, so that people recognize their own sessions. The rest of the `User-Agent` is not kept.

/// Returns a name such as `Firefox on Linux`, or `a browser` if the `User-Agent` is not recognized.
pub(crate) fn browser_name(agent: &str) -> &'static str {
    // The order matters: most browsers also name other browsers in their `User-Agent`.
    let of = |names: &[(&str, usize)]| names.iter().find(|(name, _)| agent.contains(name)).map(|(_, at)| *at);
    let browser = of(&[("Edg", 0), ("OPR/", 1), ("Firefox/", 2), ("Chrome/", 3), ("Safari/", 4)]);
    let system =
        of(&[("Windows", 0), ("Android", 1), ("iPhone", 2), ("iPad", 2), ("Mac OS X", 3), ("Linux", 4), ("CrOS", 4)]);
    const KNOWN: [[&str; 5]; 5] = [
        ["Edge on Windows", "Edge on Android", "Edge on iOS", "Edge on macOS", "Edge on Linux"],
        ["Opera on Windows", "Opera on Android", "Opera on iOS", "Opera on macOS", "Opera on Linux"],
        ["Firefox on Windows", "Firefox on Android", "Firefox on iOS", "Firefox on macOS", "Firefox on Linux"],
        ["Chrome on Windows", "Chrome on Android", "Chrome on iOS", "Chrome on macOS", "Chrome on Linux"],
        ["Safari on Windows", "Safari on Android", "Safari on iOS", "Safari on macOS", "Safari on Linux"],
    ];
    match (browser, system) {
        (Some(browser), Some(system)) => KNOWN[browser][system],
        _ => "a browser",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families() {
        for (agent, expected) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.6 Mobile/15E148 Safari/604.1",
                "Safari on iOS",
            ),
            ("curl/8.5.0", "a browser"),
            ("<script>", "a browser"),
            ("", "a browser"),
        ] {
            assert_eq!(browser_name(agent), expected);
        }
    }
}
