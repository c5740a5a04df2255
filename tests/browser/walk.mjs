// Runs one flow in a real browser: `node walk.mjs FLOW`. The flow asks the test that started it for its inputs and for
// changes at the desk: one line of JSON out, one line of JSON back.
//
// A page that sends a request to another host, throws, logs an error or exceeds its size fails every flow.
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

// The maximum size of a page's markup in bytes; larger only for a flow about a huge text.
const largest = given.largest ?? 100 * 1024;
const browser = await chromium.launch({
  executablePath: process.env.BATON_CHROMIUM || "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    // The CRM page that a flow makes up has no address, so Chromium takes it for a page on the internet.
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksSplitPermissions",
  ],
});

const troubles = [];
let expected = [];

// Opens a browser of its own for a user.
const person = async ({ window = "wide", dark = false, script = true } = {}) => {
  const context = await browser.newContext({
    baseURL: given.address,
    viewport: WINDOWS[window],
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: script,
    hasTouch: window === "narrow",
  });
  context.setDefaultTimeout(30_000);
  if (given.cookie) {
    const [name, value] = given.cookie.split("=");
    await context.addCookies([{ name, value, url: given.address }]);
  }
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
    // The browser logs every refused request with these words; the flow checks whether it should be refused.
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

// Returns the findings of axe-core against WCAG 2.2 AA and its own best practices, one per line.
const accessible = async (page) => {
  // The page's policy blocks scripts, so axe is injected through the debugger.
  await page.evaluate((await import("node:fs")).readFileSync(axe, "utf8"));
  const found = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = await globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return result.violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html} (${node.failureSummary})`));
  });
  return found;
};

// Returns the overflow of the page in pixels. Content of a page that scrolls sideways is hidden.
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
