// Sign-in, a wrong password, a page for leads only, and a session that ends during an edit.
export default async ({ ask, given, person, signIn, assert }) => {
  const page = await person();
  const id = given.packages[0];
  await page.goto(`/packages/${id}`);
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  await page.fill("input[name=email]", given.email);
  await page.fill("input[name=password]", "not the password at all");
  await Promise.all([page.waitForNavigation(), page.press("input[name=password]", "Enter")]);
  assert.ok(await page.isVisible("#problem"));
  assert.equal(await page.inputValue("input[name=email]"), given.email);
  await page.fill("input[name=password]", given.password);
  await Promise.all([page.waitForURL(`**/packages/${id}`), page.press("input[name=password]", "Enter")]);

  await page.keyboard.press("e");
  await page.fill("#body", "Half a page of my own words.");
  await ask("end-sessions");
  await Promise.all([page.waitForNavigation(), page.click("#edit button.main")]);
  assert.equal((await ask("state", { id })).decisions, 0);
  const kept = await page.$$eval("textarea", (fields) => fields.map((field) => field.value.trim()));
  assert.ok(kept.includes("Half a page of my own words."), kept.join("|"));
  await signIn(page, given.email, given.password);
  const cookies = await page.context().cookies();
  assert.ok(cookies.length > 0 && cookies.every((cookie) => cookie.httpOnly && cookie.sameSite === "Lax"), JSON.stringify(cookies));
  assert.equal(await page.evaluate(() => document.cookie), "");
};
