// Walks one flow in a real browser: `node walk.mjs FLOW`. What a flow needs to know, and what happens at the desk
// meanwhile, it asks of the test that started it: a line of JSON out, a line of JSON back.
//
// Whatever the flow is about, a page that asks another host for something, throws, logs an error or outgrows its size
// fails it.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import assert from "node:assert/strict";

const modules = createRequire(`${process.env.BATON_BROWSER}/node_modules/`);
const { chromium } = modules("playwright-core");
const axe = modules.resolve("axe-core/axe.min.js");

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const ask = async (what, more = {}) => {
  process.stdout.write(`${JSON.stringify({ ask: what, ...more })}\n`);
  const { value, done } = await answers.next();
  assert(!done, "the desk is gone");
  return JSON.parse(value);
};

const WINDOWS = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };

const given = await ask("given");

// A page's markup, in bytes, at the most; more only where the flow is about a text beyond all measure.
const largest = given.largest ?? 100 * 1024;
const browser = await chromium.launch({
  executablePath: process.env.BATON_CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    // The page of a CRM that a flow makes up has no address, and Chromium takes it for one of the open net.
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksSplitPermissions",
  ],
});

const troubles = [];
let expected = [];

// Somebody at a browser of their own.
const person = async ({ window = "wide", dark = false, script = true } = {}) => {
  const context = await browser.newContext({
    baseURL: given.address,
    viewport: WINDOWS[window],
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: script,
    hasTouch: window === "narrow",
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && !(given.origins ?? [given.address]).includes(origin)) {
      troubles.push(`${page.url()} asks ${request.url()}`);
    }
  });
  page.on("pageerror", (error) => troubles.push(`${page.url()}: ${error.message}`));
  page.on("dialog", (dialog) => {
    troubles.push(`${page.url()} opened a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // The browser reports every answer that refuses in these words; whether it should have been one is the flow's matter.
    if (message.text().startsWith("Failed to load resource")) return;
    if (!expected.some((pattern) => pattern.test(message.text()))) troubles.push(`${page.url()}: ${message.text()}`);
  });
  page.on("response", async (response) => {
    if (!(response.headers()["content-type"] ?? "").startsWith("text/html")) return;
    const size = await response.body().then((body) => body.length, () => 0);
    if (size > largest) troubles.push(`${response.url()} has ${size} bytes`);
  });
  return page;
};

const signIn = async (page, email, password) => {
  await page.goto("/sign-in");
  await page.fill("input[name=email]", email);
  await page.fill("input[name=password]", password);
  await Promise.all([page.waitForURL((url) => url.pathname !== "/sign-in"), page.press("input[name=password]", "Enter")]);
};

// What axe-core finds against WCAG 2.2 AA and its own best practices, a line each.
const accessible = async (page) => {
  // The page's own policy lets no script in, so axe comes by the debugger's way, which no page has.
  await page.evaluate((await import("node:fs")).readFileSync(axe, "utf8"));
  const found = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = await globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return result.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html} (${node.failureSummary})`));
  });
  return found;
};

// A page that scrolls sideways hides something.
const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const flow = (await import(`./flows/${process.argv[2]}.mjs`)).default;
try {
  await flow({ ask, given, person, signIn, accessible, sideways, assert, expectError: (pattern) => expected.push(pattern) });
  assert.deepEqual(troubles, []);
} catch (error) {
  for (const trouble of troubles) process.stderr.write(`${trouble}\n`);
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
} finally {
  await browser.close();
  process.stdin.destroy();
}
