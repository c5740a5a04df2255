//! A strict HTML parser: only the elements and attributes of our pages are known, values are quoted, every element is
//! closed, and texts contain `<`, `>` and `&` only as references.
//!
//! Every browser reads a page in this narrow grammar in the same way. So the parser reports every fact that becomes
//! markup or breaks out of an attribute.

use std::collections::BTreeMap;

const ELEMENTS: &[&str] = &[
    "html",
    "head",
    "meta",
    "title",
    "link",
    "script",
    "body",
    "a",
    "header",
    "nav",
    "span",
    "button",
    "kbd",
    "details",
    "summary",
    "form",
    "label",
    "input",
    "div",
    "p",
    "strong",
    "time",
    "main",
    "dialog",
    "h1",
    "h2",
    "h3",
    "dl",
    "dt",
    "dd",
    "img",
    "select",
    "option",
    "section",
    "svg",
    "path",
    "rect",
    "circle",
    "pre",
    "code",
    "ol",
    "ul",
    "li",
    "b",
    "mark",
    "textarea",
    "fieldset",
    "legend",
    "ins",
    "del",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "figure",
    "figcaption",
    "defs",
    "pattern",
    "text",
];

const VOID: &[&str] = &["meta", "link", "input", "img"];

const ATTRIBUTES: &[&str] = &[
    "action",
    "alt",
    "aria-current",
    "aria-describedby",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "autocomplete",
    "checked",
    "class",
    "charset",
    "content",
    "cx",
    "cy",
    "d",
    "data-evidence",
    "data-inspect",
    "data-key",
    "data-seconds",
    "datetime",
    "defer",
    "disabled",
    "download",
    "fill",
    "for",
    "formaction",
    "formnovalidate",
    "height",
    "hidden",
    "href",
    "id",
    "lang",
    "max",
    "maxlength",
    "method",
    "min",
    "name",
    "open",
    "patternTransform",
    "patternUnits",
    "r",
    "readonly",
    "rel",
    "required",
    "role",
    "rows",
    "rx",
    "scope",
    "selected",
    "spellcheck",
    "src",
    "tabindex",
    "target",
    "title",
    "type",
    "value",
    "viewBox",
    "width",
    "x",
    "y",
];

/// An element with its content.
#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    children: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    pub fn attr(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    pub fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    pub fn is_class(&self, class: &str) -> bool {
        self.attr("class").split(' ').any(|one| one == class)
    }

    /// Returns all descendants in order.
    pub fn all(&self) -> Vec<&Element> {
        let mut found = Vec::new();
        for child in &self.children {
            if let Node::Element(element) = child {
                found.push(element);
                found.extend(element.all());
            }
        }
        found
    }

    pub fn named(&self, name: &str) -> Vec<&Element> {
        self.all().into_iter().filter(|element| element.name == name).collect()
    }

    pub fn with_class(&self, class: &str) -> Vec<&Element> {
        self.all().into_iter().filter(|element| element.is_class(class)).collect()
    }

    pub fn with_id(&self, id: &str) -> Option<&Element> {
        self.all().into_iter().find(|element| element.attr("id") == id)
    }

    pub fn text(&self) -> String {
        self.text_without("")
    }

    /// Returns the text, without elements of that class.
    pub fn text_without(&self, class: &str) -> String {
        let text = |child: &Node| match child {
            Node::Text(text) => text.clone(),
            Node::Element(element) if !class.is_empty() && element.is_class(class) => String::new(),
            Node::Element(element) => element.text_without(class),
        };
        self.children.iter().map(text).collect()
    }

    /// Returns the fields of the untouched form with this action. The number selects one of several forms.
    pub fn form(&self, action: &str, number: usize) -> Vec<(String, String)> {
        let forms: Vec<_> = self.named("form").into_iter().filter(|form| form.attr("action") == action).collect();
        let form = forms.get(number).unwrap_or_else(|| panic!("no form {number} to {action}"));
        let mut fields = Vec::new();
        for field in form.all() {
            let ticked = !matches!(field.attr("type"), "checkbox" | "radio") || field.has("checked");
            match field.name.as_str() {
                "input" if ticked => fields.push((field.attr("name").to_owned(), field.attr("value").to_owned())),
                // A browser removes the first line break and ends lines with CRLF.
                "textarea" => {
                    let text = field.text();
                    let text = text.strip_prefix('\n').unwrap_or(&text).replace('\n', "\r\n");
                    fields.push((field.attr("name").to_owned(), text));
                }
                _ => {}
            }
        }
        fields
    }
}

/// Parses a whole page.
///
/// # Panics
/// If the page has anything outside the grammar.
pub fn read(page: &str) -> Element {
    let mut rest = page.trim_start().strip_prefix("<!doctype html>").expect("a doctype");
    let mut stack = vec![Element { name: "page".into(), ..Element::default() }];
    while !rest.is_empty() {
        if let Some(tag) = rest.strip_prefix("</") {
            let (name, after) = tag.split_once('>').expect("an end of the end tag");
            let done = stack.pop().expect("an open element");
            assert_eq!(done.name, name, "closed where another one is open: {}", around(rest));
            let parent = stack.last_mut().unwrap_or_else(|| panic!("one end too many: {}", around(rest)));
            parent.children.push(Node::Element(done));
            rest = after;
        } else if let Some(tag) = rest.strip_prefix('<') {
            let (element, after) = open(tag, rest);
            rest = after;
            if VOID.contains(&element.name.as_str()) {
                stack.last_mut().expect("a parent").children.push(Node::Element(element));
            } else {
                stack.push(element);
            }
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            let text = decoded(&rest[..end]);
            stack.last_mut().expect("a parent").children.push(Node::Text(text));
            rest = &rest[end..];
        }
    }
    assert_eq!(stack.len(), 1, "everything is closed");
    let page = stack.pop().expect("the page");
    harmless(&page);
    page
}

fn open<'a>(tag: &'a str, whole: &str) -> (Element, &'a str) {
    let end = tag.find(|letter: char| !letter.is_ascii_alphanumeric()).expect("an end of the tag");
    let name = &tag[..end];
    assert!(ELEMENTS.contains(&name), "an element of the page: {}", around(whole));
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    let mut rest = &tag[end..];
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return (element, after);
        }
        let end = rest.find(['=', '>', ' ', '\n']).expect("an end of the attribute");
        let (name, after) = rest.split_at(end);
        assert!(ATTRIBUTES.contains(&name), "an attribute of the page, not {name:?}: {}", around(whole));
        let mut value = String::new();
        rest = after;
        if let Some(after) = after.strip_prefix("=\"") {
            let (text, after) = after.split_once('"').expect("an end of the value");
            assert!(!text.contains(['<', '>']), "a value without markup: {}", around(whole));
            value = decoded(text);
            rest = after;
        }
        assert!(element.attributes.insert(name.to_owned(), value).is_none(), "{name} once: {}", around(whole));
    }
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('&');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, after) = part.split_once(';').unwrap_or_else(|| panic!("a bare & in {text:?}"));
        let letter = match name {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            _ => name
                .strip_prefix('#')
                .and_then(|number| char::from_u32(number.parse().ok()?))
                .unwrap_or_else(|| panic!("no reference: &{name};")),
        };
        decoded.push(letter);
        decoded.push_str(after);
    }
    decoded
}

/// Checks the invariants of every page: no link or form runs code, sends data elsewhere, or loads from another host.
fn harmless(page: &Element) {
    let mut ids = Vec::new();
    for element in page.all() {
        let href = element.attr("href");
        match element.name.as_str() {
            "a" if element.is_class("out") => {
                assert!(href.starts_with("https://") || href.to_lowercase().starts_with("http://"), "{href}");
                assert_eq!(element.attr("rel"), "noopener noreferrer nofollow");
            }
            "a" => assert!(href.starts_with('#') || href.starts_with('/') && !href.starts_with("//"), "{href}"),
            "link" | "script" | "img" => {
                let from = if element.name == "link" { href } else { element.attr("src") };
                assert!(from.starts_with("/assets/"), "{from}");
                assert!(element.text().is_empty(), "no script in the page");
            }
            "form" => {
                let (method, action) = (element.attr("method"), element.attr("action"));
                assert!(method == "dialog" || matches!(method, "post" | "get") && action.starts_with('/'), "{action}");
            }
            "input" | "textarea" | "select" if element.attr("type") != "hidden" => assert!(
                element.has("aria-label")
                    || page.named("label").iter().any(|label| label.attr("for") == element.attr("id"))
                    || page.named("label").iter().any(|label| label.all().iter().any(|of| std::ptr::eq(*of, element))),
                "a label for {element:?}"
            ),
            _ => {}
        }
        if element.has("id") {
            ids.push(element.attr("id"));
        }
    }
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "each id once");
    assert_eq!(page.named("h1").len(), 1, "one heading above all");
    assert!(!page.text().contains(|letter: char| letter.is_control() && letter != '\n'), "no control characters");
}

fn around(text: &str) -> &str {
    let end = text.char_indices().nth(120).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

#[test]
fn content_outside_the_grammar_is_reported() {
    let body = |inner: &str| format!("<!doctype html><html><body><h1>x</h1>{inner}</body></html>");
    read(&body("<p class=\"a\">1 &#60; 2</p>"));
    for inner in [
        "<script>alert(1)</script>",
        "<iframe></iframe>",
        "<p onclick=\"x\">a</p>",
        "<p style=\"x\">a</p>",
        "<p class=a>a</p>",
        "<p>a",
        "<p>a & b</p>",
        "<a href=\"javascript:x\">a</a>",
        "<a href=\"//evil.example\">a</a>",
        "<img src=\"https://evil.example/x\">",
        "<form action=\"https://evil.example\" method=\"post\"></form>",
        "<input name=\"unlabelled\">",
        "<p id=\"a\"></p><p id=\"a\"></p>",
        "<p>\u{1b}</p>",
    ] {
        let page = body(inner);
        assert!(std::panic::catch_unwind(|| read(&page)).is_err(), "{inner}");
    }
}

/// Collapses white space to single spaces.
pub fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
