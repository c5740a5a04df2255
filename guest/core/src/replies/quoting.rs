//! Separates the new text of a reply from the quoted text.
//!
//! Every line goes to exactly one side, in order. An unclear line counts as new. Signatures stay with the new text.

/// The two sides of a message's text, trimmed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Split {
    pub new: String,
    pub quoted: String,
}

/// Lines that an attribution such as "On Tuesday, Dana wrote:" may span.
const ATTRIBUTION_LINES: usize = 4;

/// Verbs at the end of an attribution, and words between the verb and the colon.
const WROTE: &[&str] = &[
    "wrote",
    "writes",
    "schrieb",
    "schrieb am",
    "a écrit",
    "escribió",
    "ha scritto",
    "schreef",
    "geschreven",
    "escreveu",
    "skrev",
    "kirjoitti",
    "napisał",
    "napisała",
    "napisał(a)",
    "написал",
    "написала",
    "пишет",
    "пише",
    "yazdı",
    "napsal",
    "napsal(a)",
    "写道",
    "寫道",
    "のメール",
    "작성",
    "wrote the following",
    "scrisse",
    "va escriure",
    "έγραψε",
    "írta",
    "a scris",
    "đã viết",
];

/// Headings between dashes, before a quoted message.
const SEPARATORS: &[&str] = &[
    "original message",
    "original appointment",
    "ursprüngliche nachricht",
    "originalnachricht",
    "message d'origine",
    "message original",
    "mensaje original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "mensagem original",
    "ursprungligt meddelande",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "alkuperäinen viesti",
    "oryginalna wiadomość",
    "wiadomość oryginalna",
    "исходное сообщение",
    "пересылаемое сообщение",
    "forwarded message",
    "weitergeleitete nachricht",
    "message transféré",
    "mensaje reenviado",
    "reply message",
    "reply above this line",
    "原始邮件",
    "元のメッセージ",
];

/// Header lines that Outlook and others put above a quoted message.
const FROM: &[&str] = &[
    "from:",
    "von:",
    "de:",
    "de :",
    "da:",
    "van:",
    "från:",
    "fra:",
    "od:",
    "от:",
    "lähettäjä:",
    "差出人:",
    "发件人:",
    "寄件者:",
    "kimden:",
];
const SENT: &[&str] = &[
    "sent:",
    "date:",
    "gesendet:",
    "datum:",
    "envoyé:",
    "envoyé :",
    "envoyé le :",
    "date :",
    "enviado:",
    "enviado el:",
    "fecha:",
    "inviato:",
    "data:",
    "verzonden:",
    "skickat:",
    "sendt:",
    "dato:",
    "wysłano:",
    "отправлено:",
    "дата:",
    "lähetetty:",
    "送信日時:",
    "发送时间:",
    "to:",
    "an:",
    "à:",
    "à :",
    "para:",
    "a:",
    "aan:",
    "till:",
    "til:",
    "subject:",
    "betreff:",
    "objet:",
    "objet :",
    "asunto:",
    "oggetto:",
    "onderwerp:",
    "assunto:",
    "ämne:",
    "emne:",
    "temat:",
    "тема:",
];

pub(super) fn split(text: &str) -> Split {
    let lines: Vec<&str> = text.lines().collect();
    let mut split = Split::default();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if quotes_all_below(&lines, at) {
            push(&mut split.quoted, &lines[at..]);
            break;
        }
        if let Some(count) = attribution(&lines, at) {
            let below = lines[at + count..].iter().position(|line| !line.trim().is_empty());
            let marked = below.is_some_and(|offset| is_quoted_line(lines[at + count + offset]));
            if !marked {
                // Without marks nothing shows where the quotation ends.
                push(&mut split.quoted, &lines[at..]);
                break;
            }
            push(&mut split.quoted, &lines[at..at + count]);
            at += count;
            continue;
        }
        push(if is_quoted_line(line) { &mut split.quoted } else { &mut split.new }, &lines[at..=at]);
        at += 1;
    }
    Split { new: trimmed(&split.new), quoted: trimmed(&split.quoted) }
}

fn push(side: &mut String, lines: &[&str]) {
    for line in lines {
        side.push_str(line.trim_end());
        side.push('\n');
    }
}

fn trimmed(text: &str) -> String {
    text.trim_matches('\n').trim_end().to_owned()
}

fn is_quoted_line(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// Returns the number of lines of the attribution here, such as "On 1 May 2026, Dana <…> wrote:".
fn attribution(lines: &[&str], at: usize) -> Option<usize> {
    if lines[at].trim().is_empty() {
        return None;
    }
    let mut joined = String::new();
    for (index, line) in lines[at..].iter().take(ATTRIBUTION_LINES).enumerate() {
        let line = line.trim().trim_matches('*');
        if line.is_empty() || is_quoted_line(line) || joined.len() + line.len() > 400 {
            return None;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(&line.to_lowercase());
        let Some(statement) = joined.trim_end().strip_suffix([':', '：']) else { continue };
        let statement = statement.trim_end();
        let dated = statement.chars().any(char::is_numeric) || statement.contains('@');
        // The verb ends the line, or the writer's name is between it and the colon: "schrieb Dana Okafor:".
        let said = WROTE.iter().any(|verb| {
            statement.ends_with(verb)
                || statement
                    .rfind(&format!(" {verb} "))
                    .is_some_and(|from| statement[from..].split_whitespace().count() <= 6)
        });
        let signed = statement.ends_with('>') && statement.contains('@') && has_a_year(statement);
        return (dated && (said || signed) && (index == 0 || opens_attribution(lines[at]))).then_some(index + 1);
    }
    None
}

/// Some programs write no verb: "30.09.2017, 18.30, Dana <dana@northwind.example>:".
fn has_a_year(statement: &str) -> bool {
    statement
        .split(|letter: char| !letter.is_ascii_digit())
        .any(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")))
}

/// Returns whether a line can start an attribution over several lines, so that unrelated lines are not joined.
fn opens_attribution(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    let first = line.split([' ', ',', '.']).next().unwrap_or_default();
    ["on", "am", "le", "el", "il", "op", "em", "den", "dnia", "w", "på", "at", "man", "tir", "ons", "tor", "fre", "vào"]
        .contains(&first)
        || line.contains('@')
        || line.starts_with(|letter: char| letter.is_numeric())
}

/// Returns whether everything from this line on is a quoted message.
fn quotes_all_below(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim().trim_matches('*').to_lowercase();
    let between_dashes = line.trim_matches(['-', '_', '=', '—', '–', ' ']);
    if line.starts_with(['-', '_', '=', '—', '–']) {
        let said = between_dashes.starts_with("on ") && WROTE.iter().any(|verb| between_dashes.ends_with(verb));
        if said || SEPARATORS.iter().any(|words| between_dashes.starts_with(words)) {
            return true;
        }
    }
    let next = |from: usize| lines.get(from..).unwrap_or_default().iter().find(|line| !line.trim().is_empty());
    if line.len() >= 10 && line.chars().all(|letter| letter == '_') {
        return next(at + 1).is_some_and(|line| starts_with_any(line, FROM));
    }
    if !starts_with_any(&line, FROM) {
        return false;
    }
    let header = lines[at + 1..].iter().take(6).filter(|line| starts_with_any(line, SENT)).count();
    header >= 2
}

fn starts_with_any(line: &str, words: &[&str]) -> bool {
    let line = line.trim().trim_start_matches(['*', '>', ' ']).replace('*', "").replace('\u{a0}', " ").to_lowercase();
    words.iter().any(|word| line.starts_with(word))
}
