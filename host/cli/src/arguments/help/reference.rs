//! `COMMANDS.md`: the reference of all commands, written from clap's own description of them.

use expect_test::expect_file;

use super::{GROUPS, command};

#[test]
fn the_reference_is_what_the_command_says() {
    let mut command = command().disable_help_subcommand(true).term_width(100);
    command.build();
    let mut page = String::from(
        "# Commands\n\nThis page is generated from the command's own help; `baton help COMMAND` prints the same.\n\n",
    );
    for (group, commands) in GROUPS {
        page += &format!("- {group}: ");
        let names: Vec<String> = commands
            .iter()
            .filter(|(path, _)| !path.contains(' '))
            .map(|(path, _)| format!("[`{path}`](#baton-{path})"))
            .collect();
        page += &format!("{}\n", names.join(", "));
    }
    page += "\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n";
    let codes = super::EXIT_CODES.lines().filter_map(|line| line.trim().split_once("  "));
    codes.for_each(|(code, meaning)| page += &format!("| {code} | {meaning} |\n"));
    page += "\n`baton compare` exits with 1 as well if any recording gives a different result.\n";
    let globals = command.get_arguments().filter(|argument| argument.get_help_heading() == Some(super::super::GLOBAL));
    page += "\n## Global options\n\nEvery command takes these.\n\n| option | meaning |\n| --- | --- |\n";
    for argument in globals {
        let help = argument.get_help().map_or_else(String::new, ToString::to_string);
        let env = argument.get_env().map_or_else(String::new, |name| format!(" (or `{}`)", name.display()));
        page += &format!("| `{argument}`{env} | {help} |\n");
    }
    for (group, commands) in GROUPS {
        page += &format!("\n## {group}\n");
        for (path, _) in commands {
            let mut at = &mut command;
            for name in path.split(' ') {
                at = at.find_subcommand_mut(name).expect("a listed command");
            }
            let help = at.render_long_help().to_string();
            page += &format!("\n### baton {path}\n\n```text\n{}\n```\n", without_globals(&help));
        }
    }
    expect_file!["../../../COMMANDS.md"].assert_eq(&page);
}

/// The help without the block of global options, which the page lists once.
fn without_globals(help: &str) -> String {
    let (before, after) = help.split_once("Global options:").unwrap_or((help, ""));
    let rest = after.split_once("\nExamples:").map_or(String::new(), |(_, rest)| format!("\nExamples:{rest}"));
    let lines = format!("{}\n{rest}", before.trim_end());
    lines.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}
