// The package in a CRM's record: the frame opens with a token that the CRM signed and takes decisions. It refuses a
// used token, an expired one, a panel that was open too long, and a page that may not embed it.
export default async ({ ask, given, person, accessible, assert, expectError }) => {
  expectError(/frame-ancestors/);
  const [id] = given.packages;
  const token = async () => (await ask("panel-token", { id })).token;
  const record = async (origin, link, height = 420) => {
    const page = await person();
    await page.context().route(`${origin}/record`, (route) => route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><title>A record</title><iframe title="Baton" src="${link}" width="420" height="${height}"></iframe>`,
    }));
    await page.goto(`${origin}/record`);
    return page;
  };
  const opened = (page) => page.frameLocator("iframe").locator("h1").first();

  // A page of another site may not embed it.
  const link = `${given.address}/panel?token=${await token()}&theme=light`;
  const foreign = await record(given.origins[2], link);
  await foreign.waitForLoadState("networkidle");
  assert.equal(await foreign.frames().at(-1).$("#approve"), null);
  await foreign.context().close();

  // The CRM's page may: the important parts fit into 100 pixels, and one button leads to the rest.
  const page = await record(given.crm, `${given.address}/panel?token=${await token()}&theme=dark`, 100);
  await opened(page).waitFor({ state: "attached" });
  const frame = page.frames().at(-1);
  assert.ok(await frame.isVisible("#read"));
  assert.deepEqual(await accessible(frame), []);
  await page.evaluate(() => { document.querySelector("iframe").height = 750; });
  await frame.waitForSelector("#approve", { state: "visible" });
  assert.deepEqual(await accessible(frame), []);
  await Promise.all([frame.waitForNavigation(), frame.click("#approve")]);
  const view = await ask("state", { id });
  assert.deepEqual([view.decisions, view.by], [1, given.name]);
  assert.equal((await page.context().cookies()).length, 0, "it needs no cookie");

  // A used token opens nothing, and the page says what to do.
  const used = await token();
  for (const [number, text] of [[0, null], [1, /reload/i]]) {
    const again = await record(given.crm, `${given.address}/panel?token=${used}`);
    await opened(again).waitFor({ state: "attached" });
    const said = await again.frames().at(-1).textContent("main");
    if (text) assert.match(said, text, `${number}`);
    await again.context().close();
  }
  const lapsed = await token();
  await ask("minutes", { minutes: 15 });
  const late = await record(given.crm, `${given.address}/panel?token=${lapsed}`);
  await opened(late).waitFor({ state: "attached" });
  assert.match(await late.frames().at(-1).textContent("main"), /reload/i);

  await ask("minutes", { minutes: 31 });
  await page.evaluate(() => { const held = document.querySelector("iframe"); held.width = 500; });
  await Promise.all([frame.waitForNavigation(), frame.evaluate(() => location.reload())]);
  assert.match(await frame.textContent("main"), /reload/i);
};
