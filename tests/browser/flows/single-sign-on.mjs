// Somebody opens a link, is sent to the provider, which is another site to the browser, says there who they are, and is
// where they wanted to be; whom the provider will not vouch for is told so and gets nowhere; signing out is the end of it.
export default async ({ given, person, accessible, assert }) => {
  const arrive = async (page, login, there) => {
    // The provider's own pages ask the net for a typeface.
    await page.route("https://fonts.googleapis.com/**", (route) => route.abort());
    await page.goto("/outbox");
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    await Promise.all([page.waitForURL(`${given.provider}/**`), page.click("text=Sign in with your Relayforge account")]);
    await page.fill("input[name=login]", login);
    await page.fill("input[name=password]", "anything");
    await Promise.all([page.waitForNavigation(), page.press("input[name=password]", "Enter")]);
    // What it may tell the page.
    await Promise.all([page.waitForURL(there), page.click("button[type=submit]")]);
  };

  const mara = await person();
  await arrive(mara, "mara", `${given.address}/outbox`);
  assert.ok(await mara.getByText(given.name).first().isVisible());
  const cookies = (await mara.context().cookies(given.address)).filter(({ domain }) => domain === "localhost");
  assert.deepEqual(cookies.map(({ name, httpOnly }) => [name, httpOnly]), [["baton-session", true]]);

  await mara.click("summary.name");
  await Promise.all([mara.waitForURL("**/sign-in"), mara.click('form[action="/sign-out"] button')]);
  await mara.goto("/outbox");
  assert.equal(new URL(mara.url()).pathname, "/sign-in");

  const nobody = await person();
  await arrive(nobody, "unverified", (url) => url.pathname.startsWith("/sign-in/sso"));
  assert.ok(await nobody.getByText("is not verified").first().isVisible());
  assert.deepEqual(await accessible(nobody), []);
  await nobody.goto("/outbox");
  assert.equal(new URL(nobody.url()).pathname, "/sign-in");
};
