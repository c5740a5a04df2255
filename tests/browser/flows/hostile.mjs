// A hostile draft with script, bidirectional control characters, or a huge text. It is shown as text, runs nothing,
// sends no request, and the package can still be rejected.
export default async ({ ask, given, person, sideways, assert, expectError }) => {
  expectError(/inline event handler violates/);
  for (const kind of given.attacks) {
    const { id } = await ask("keep", { kind });
    for (const script of [true, false]) {
      const page = await person({ script, window: script ? "wide" : "narrow" });
      for (const path of ["/", `/packages/${id}`, `/packages/${id}/trail`]) {
        await page.goto(path);
        assert.notEqual(await page.title(), "owned", kind);
        assert.equal(await sideways(page), 0, `${kind} ${path}`);
      }
      if (script) {
        assert.equal(await page.evaluate(() => globalThis.owned), undefined, kind);
        // The content security policy also blocks script that gets in by any other way.
        const stopped = await page.evaluate(() => new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.violatedDirective), { once: true });
          document.body.insertAdjacentHTML("beforeend", "<img src='data:,x' onerror='globalThis.owned = 1'>");
        }));
        assert.match(stopped, /^script-src/);
        assert.equal(await page.evaluate(() => globalThis.owned), undefined, kind);
      } else {
        await page.goto(`/packages/${id}`);
        await page.click("#reject summary");
        await page.check("#reject input[type=radio] >> nth=0");
        await Promise.all([page.waitForURL((url) => url.pathname !== `/packages/${id}`), page.click("#reject button.bad")]);
        assert.equal((await ask("state", { id })).state, "rejected");
      }
      await page.context().close();
    }
  }
};
