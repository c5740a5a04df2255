// A user opens a link, is redirected to the provider on another site, signs in there and returns to the linked page. A
// user whom the provider does not verify gets an error page. Signing out ends the session.
export default async ({ given, person, accessible, assert }) => {
  const arrive = async (page, login, there) => {
    // The provider's own pages load a typeface from the internet.
    await page.route("https://fonts.googleapis.com/**", (route) => route.abort());
    await page.goto("/outbox");
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    await Promise.all([page.waitForURL(`${given.provider}/**`), page.click("text=Sign in with your Relayforge account")]);
    await page.fill("input[name=login]", login);
    await page.fill("input[name=password]", "anything");
    await Promise.all([page.waitForNavigation(), page.press("input[name=password]", "Enter")]);
    // The claims that the provider may disclose.
    await Promise.all([page.waitForURL(there), page.click("button[type=submit]")]);
  };

  const mara = await person();
  await arrive(mara, "mara", `${given.address}/outbox`);
  assert.ok(await mara.getByText(given.name).first().isVisible());
  const cookies = (await mara.context().cookies(given.address)).filter(({ domain }) => domain === "localhost");
  assert.deepEqual(cookies.map(({ name, httpOnly }) => [name.replace(/-\d+$/, ""), httpOnly]), [["baton-session", true], ["baton-known", true]]);

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
