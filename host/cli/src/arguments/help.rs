//! Groups and examples in the help, added to what clap derives.
//!
//! Every command is in exactly one group, and every command has an example that parses. Tests hold both, and that
//! `COMMANDS.md`, the reference, is what [`command`] says.

use clap::{CommandFactory as _, FromArgMatches as _};

use super::Arguments;

/// A command's path below `baton`, and examples of it. Text after two spaces and `#` explains an example.
type Examples = (&'static str, &'static [&'static str]);

/// Headings in the order of the work, each with its commands.
const GROUPS: [(&str, &[Examples]); 6] = [
    (
        "Set up",
        &[
            ("init", &["baton init my-pilot"]),
            ("check", &["baton check", "baton check --config pilot/baton.toml"]),
            (
                "run",
                &[
                    "baton run pilot",
                    "baton run pilot --account northbeam.example  # one account, even if it is not due",
                ],
            ),
            ("serve", &["baton serve", "baton serve --port 8080 --as mara"]),
            ("backup", &["baton backup /mnt/backup/baton-2026-03-10.db"]),
            (
                "restore",
                &[
                    "baton restore /mnt/backup/baton-2026-03-10.db",
                    "baton restore /mnt/backup/baton-2026-03-10.db --replace  # keeps the present store aside",
                ],
            ),
            ("completions", &["baton completions bash > ~/.local/share/bash-completion/completions/baton"]),
        ],
    ),
    (
        "Review",
        &[
            ("queue", &["baton queue", "baton queue --tier named --limit 10", "baton queue --assignee nobody"]),
            ("show", &["baton show 3fa1b2c4", "baton show northbeam.example"]),
            ("why", &["baton why northbeam.example"]),
            (
                "approve",
                &[
                    "baton approve 3fa1b2c4  # shows the package, then asks",
                    "baton approve 3fa1b2c4 --digest 9e107d9d --not-before tomorrow",
                    "baton approve 3fa1b2c4:9e107d9d 77ab01cd:e4d909c2  # several at once",
                ],
            ),
            (
                "edit",
                &[
                    "baton edit 3fa1b2c4  # opens your editor",
                    "baton edit 3fa1b2c4 --digest 9e107d9d --subject \"One more site\" --body text.txt",
                ],
            ),
            ("reject", &["baton reject 3fa1b2c4 --reason contact --note \"she left in May\""]),
            ("redraft", &["baton redraft 3fa1b2c4 --note \"mention the new site\""]),
            ("snooze", &["baton snooze 3fa1b2c4 --until tomorrow", "baton snooze 3fa1b2c4 --until 3d"]),
            (
                "assign",
                &["baton assign 3fa1b2c4 77ab01cd --to mara@relayforge.example", "baton assign 3fa1b2c4 --nobody"],
            ),
            ("replies", &["baton replies", "baton replies --taken-over"]),
            ("replies take-over", &["baton replies take-over 5d41402a"]),
            ("replies undo-takeover", &["baton replies undo-takeover 5d41402a"]),
        ],
    ),
    (
        "Sending",
        &[
            ("outbox", &["baton outbox", "baton outbox 3fa1b2c4  # the exact text"]),
            ("outbox withdraw", &["baton outbox withdraw 3fa1b2c4 --why \"they called\""]),
            ("outbox settle", &["baton outbox settle 3fa1b2c4 --sent yes"]),
            ("outbox transmit", &["baton outbox transmit"]),
            (
                "suppress",
                &[
                    "baton suppress dana@north.example --reason opted-out",
                    "baton suppress north.example --until 2026-12-31",
                ],
            ),
            (
                "forget",
                &[
                    "baton forget dana@north.example  # says whom it erases, then asks",
                    "baton forget dana@north.example --yes",
                ],
            ),
            ("pause", &["baton pause northbeam.example --why \"Mara is talking to them\""]),
            ("resume", &["baton resume northbeam.example"]),
            ("stop-sending", &["baton stop-sending --why \"wrong postal address\""]),
            ("resume-sending", &["baton resume-sending"]),
        ],
    ),
    (
        "Quality",
        &[
            ("quality", &["baton quality", "baton quality 12 --evidence 50", "baton quality --reviewers"]),
            ("quality stop", &["baton quality stop 12 --why \"wrong product name\""]),
            ("quality resume", &["baton quality resume 12 --why \"the angle is fixed\""]),
            ("spot-checks", &["baton spot-checks"]),
            (
                "verdict",
                &[
                    "baton verdict 3fa1b2c4 conforming --digest 9e107d9d --seconds 40",
                    "baton verdict 3fa1b2c4 factual-defect --digest 9e107d9d --why \"the round was a Series B\"",
                ],
            ),
            ("drafts", &["baton drafts pilot", "baton drafts pilot --kind funding --pairs 5"]),
            ("simulate", &["baton simulate pilot --svg plot.svg", "baton simulate pilot --plan 20/4.83/15/held"]),
            ("compare", &["baton compare drafter.wasm", "baton compare drafter --carry-over"]),
        ],
    ),
    (
        "People and programs",
        &[
            ("users", &["baton users list"]),
            ("users add", &["baton users add mara@relayforge.example --name \"Mara Lindqvist\" --role lead"]),
            ("users list", &["baton users list --json"]),
            ("users role", &["baton users role mara@relayforge.example admin"]),
            ("users invite", &["baton users invite mara@relayforge.example"]),
            ("users password", &["baton users password mara@relayforge.example"]),
            ("users disable", &["baton users disable mara@relayforge.example"]),
            ("users enable", &["baton users enable mara@relayforge.example"]),
            ("tokens", &["baton tokens list"]),
            (
                "tokens add",
                &[
                    "baton tokens add hubspot --role lead --expires 365",
                    "baton tokens add dialler --for mara@relayforge.example",
                ],
            ),
            ("tokens list", &["baton tokens list --json"]),
            ("tokens revoke", &["baton tokens revoke hubspot"]),
            ("webhooks", &["baton webhooks --state dead"]),
            ("webhooks retry", &["baton webhooks retry msg_3fa1b2c4"]),
            ("webhooks deliver", &["baton webhooks deliver"]),
            ("panel-token", &["baton panel-token --record 101 --user mara@relayforge.example"]),
            ("plugin", &["baton plugin list"]),
            ("plugin inspect", &["baton plugin inspect drafter.wasm"]),
            ("plugin install", &["baton plugin install drafter.wasm"]),
            ("plugin list", &["baton plugin list --json"]),
            ("plugin remove", &["baton plugin remove drafter"]),
        ],
    ),
    (
        "Audit",
        &[
            ("audit-log", &["baton audit-log", "baton audit-log 3fa1b2c4 --json"]),
            ("replay", &["baton replay 3fa1b2c4"]),
            (
                "export",
                &["baton export packages > packages.csv", "baton export audit-log --format jsonl > audit.jsonl"],
            ),
        ],
    ),
];

const EXIT_CODES: &str = "\
Baton prints data to standard output and everything else to standard error.

Exit codes:
  0  success
  1  a file, a component, the store or the run has a problem
  2  the command line is wrong
  3  refused: the package has changed, or the action is not allowed now; nothing was changed";

/// Parses the process's command line; prints help, the version or a usage error and exits where clap says so.
pub fn parse() -> Arguments {
    let mut command = command();
    let matches = command.get_matches_mut();
    match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => error.format(&mut command).exit(),
    }
}

/// The whole command line, with groups and examples in its help.
pub fn command() -> clap::Command {
    let command = Arguments::command();
    let overview = overview(&command);
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{overview}{}\n{{options}}{{after-help}}",
        heading("Options")
    );
    let command = command.help_template(template).after_help(EXIT_CODES);
    GROUPS.iter().flat_map(|(_, commands)| *commands).fold(command, |command, (path, examples)| {
        let path: Vec<&str> = path.split(' ').collect();
        with_examples(command, &path, examples)
    })
}

/// The commands by group, each with the first line of its help.
fn overview(command: &clap::Command) -> String {
    let width = command.get_subcommands().map(|one| one.get_name().len()).max().unwrap_or(0);
    let literal = clap::builder::Styles::styled().get_literal().to_owned();
    let mut overview = String::new();
    for (group, commands) in GROUPS {
        overview += &heading(group);
        overview.push('\n');
        for (path, _) in commands {
            if let Some(one) = command.find_subcommand(path) {
                let about = one.get_about().map_or_else(String::new, ToString::to_string);
                overview += &format!("  {literal}{path:width$}{literal:#}  {about}\n");
            }
        }
        overview.push('\n');
    }
    overview
}

fn heading(text: &str) -> String {
    let style = clap::builder::Styles::styled().get_header().to_owned();
    format!("{style}{text}:{style:#}")
}

fn with_examples(command: clap::Command, path: &[&str], examples: &[&str]) -> clap::Command {
    if let [name, rest @ ..] = path {
        return command.mut_subcommand(*name, |command| with_examples(command, rest, examples));
    }
    let examples: String = examples.iter().map(|example| format!("\n  {example}")).collect();
    let more = command.get_after_help().map_or_else(String::new, |help| format!("\n\n{help}"));
    command.after_help(format!("{}{examples}{more}", heading("Examples")))
}

#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command's path below `baton`, also of commands that only hold others.
    fn paths(command: &clap::Command, above: &str) -> Vec<String> {
        let mut found = Vec::new();
        for one in command.get_subcommands().filter(|one| one.get_name() != "help") {
            let path = format!("{above} {}", one.get_name()).trim().to_owned();
            found.push(path.clone());
            found.extend(paths(one, &path));
        }
        found
    }

    /// The words of an example, as a shell would pass them.
    fn words(example: &str) -> Vec<String> {
        let typed = example.split("  #").next().unwrap_or(example);
        let typed = typed.split(" > ").next().unwrap_or(typed).trim();
        let pieces = typed.split('"').enumerate();
        pieces
            .flat_map(|(at, piece)| match at % 2 {
                0 => piece.split_whitespace().map(str::to_owned).collect(),
                _ => vec![piece.to_owned()],
            })
            .collect()
    }

    #[test]
    fn every_command_has_a_group_and_an_example() {
        let mut listed: Vec<String> =
            GROUPS.iter().flat_map(|(_, commands)| *commands).map(|(path, _)| (*path).to_owned()).collect();
        let mut all = paths(&Arguments::command(), "");
        listed.sort();
        all.sort();
        assert_eq!(listed, all);
        assert!(GROUPS.iter().flat_map(|(_, commands)| *commands).all(|(_, examples)| !examples.is_empty()));
    }

    #[test]
    fn every_example_parses_as_the_command_it_is_an_example_of() {
        for (path, examples) in GROUPS.iter().flat_map(|(_, commands)| *commands) {
            for example in *examples {
                let matches = match command().try_get_matches_from(words(example)) {
                    Ok(matches) => matches,
                    Err(error) => panic!("{example}: {error}"),
                };
                assert!(Arguments::from_arg_matches(&matches).is_ok(), "{example}");
                let (mut at, mut parsed) = (&matches, Vec::new());
                while let Some((name, below)) = at.subcommand() {
                    parsed.push(name);
                    at = below;
                }
                assert!(parsed.join(" ").starts_with(path), "{example} is listed under {path}");
            }
        }
    }

    #[test]
    fn the_overview_fits_a_terminal() {
        let overview = anstream::adapter::strip_str(&overview(&Arguments::command())).to_string();
        for line in overview.lines() {
            assert!(line.len() <= 90, "{line}");
        }
    }

    #[test]
    fn global_options_are_the_last_block() {
        let mut command = command();
        command.build();
        for path in paths(&command, "") {
            let mut at = command.clone();
            for name in path.split(' ') {
                at = at.find_subcommand(name).expect("a path").clone();
            }
            let help = at.render_help().to_string();
            let (before, after) = help.split_once("Global options:").expect("a block of global options");
            assert!(!before.contains("--config"), "{path}");
            assert!(!after.contains("\nOptions:"), "{path}");
            let headings = after.lines().filter(|line| line.ends_with(':') && !line.starts_with(' '));
            assert_eq!(headings.clone().next(), Some("Examples:"), "{path}");
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }
}
