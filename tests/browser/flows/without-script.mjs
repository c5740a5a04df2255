// Everything works without script: sign in, approve, undo, edit with a check first, reject, snooze, sign out.
export default async ({ ask, given, person, signIn, assert }) => {
  const page = await person({ script: false });
  await signIn(page, given.email, given.password);
  const [first, second, third, fourth] = given.packages;
  const state = async (id) => (await ask("state", { id })).state;
  const leave = (id, press) => Promise.all([page.waitForURL((url) => url.pathname !== `/packages/${id}`), press]);

  await page.goto(`/packages/${first}`);
  await leave(first, page.click("#approve"));
  assert.equal(await state(first), "scheduled");
  await Promise.all([page.waitForURL((url) => url.pathname === `/packages/${first}`), page.click("#undo")]);
  assert.equal(await state(first), "queued");

  await page.goto(`/packages/${second}`);
  await page.click("#to-edit");
  await page.fill("#subject", "A subject of my own");
  await Promise.all([page.waitForURL(/\/check$/), page.click("#edit button[formaction]")]);
  assert.ok(await page.isVisible("#checked"));
  assert.equal(await page.inputValue("#subject"), "A subject of my own");
  assert.equal(await state(second), "queued");
  await leave(second, page.click("#edit button.main"));
  assert.equal((await ask("state", { id: second })).subject, "A subject of my own");

  await page.goto(`/packages/${third}`);
  await page.click("#reject summary");
  await page.check("#reject input[type=radio] >> nth=0");
  await leave(third, page.click("#reject button.bad"));
  assert.equal(await state(third), "rejected");

  await page.goto(`/packages/${fourth}`);
  await page.click("#snooze summary");
  await leave(fourth, page.click("#snooze button.choice:not([disabled]) >> nth=0"));
  assert.equal(await state(fourth), "snoozed");

  await page.click("details.menu summary.name");
  await Promise.all([page.waitForURL("**/sign-in"), page.click("form[action='/sign-out'] button")]);
  await page.goto("/");
  assert.equal(new URL(page.url()).pathname, "/sign-in");
};
