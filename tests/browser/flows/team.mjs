// A lead at work: finds an account, gives two packages away by keyboard, turns two down at once, and follows a number of
// the dashboard to what is behind it. The SDR who was given them sees them, and somebody else's not.
export default async ({ ask, given, person, signIn, assert }) => {
  const lead = await person();
  await signIn(lead, given.email, given.password);
  const rows = (page) => page.locator(".queue > li");
  const state = async (id) => (await ask("state", { id })).state;

  // A search leaves what was searched for, and the way back shows all of them.
  const all = await rows(lead).count();
  const account = await rows(lead).first().locator(".who-cell b").textContent();
  await lead.keyboard.press("/");
  await lead.keyboard.type(account.split(" ")[0]);
  await Promise.all([lead.waitForURL(/q=/), lead.keyboard.press("Enter")]);
  const found = await rows(lead).locator(".who-cell b").allTextContents();
  assert.ok(found.length < all && found.includes(account), found.join());
  await lead.click("text=Show everything");
  assert.equal(await rows(lead).count(), all);
  await lead.selectOption("#narrow-tier", { index: 1 });
  await Promise.all([lead.waitForURL(/tier=/), lead.click("#narrow button")]);
  const tier = await lead.inputValue("#narrow-tier");
  const [narrowed, ofTier] = [await rows(lead).count(), await rows(lead).locator(".tag", { hasText: tier }).count()];
  assert.ok(0 < narrowed && narrowed < all && narrowed === ofTier, `${narrowed} of ${all}, ${ofTier} in ${tier}`);
  await lead.goto("/");

  // Two are given away: nothing is decided about them.
  const [first, second, third, fourth] = given.packages;
  for (const key of ["j", "x", "j", "x"]) await lead.keyboard.press(key);
  await lead.selectOption("#several-to", { label: given.sdr });
  await lead.keyboard.press("Shift+G");
  assert.equal(await lead.evaluate(() => document.activeElement.id), "several-to");
  await Promise.all([lead.waitForURL(/\/several/), lead.click("#several-assign")]);
  assert.equal(await lead.getByText(`Assigned to ${given.sdr}`).count(), 2);
  assert.deepEqual([await state(first), await state(second)], ["queued", "queued"]);

  // Two are turned down at once, with a result for each.
  await lead.goto("/");
  for (const id of [third, fourth]) await lead.check(`.queue > li:has(a[href*="${id}"]) input`);
  await lead.selectOption("#several-reason", "not-now");
  await Promise.all([lead.waitForURL(/\/several/), lead.click("#several-reject")]);
  assert.deepEqual([await state(third), await state(fourth)], ["rejected", "rejected"]);

  // Whose they are sees them.
  const sdr = await person();
  await signIn(sdr, given.sdrEmail, given.password);
  await sdr.goto("/?assignee=me");
  assert.equal(await rows(sdr).count(), 2);

  // A number of the dashboard leads to the rows behind it, and they are as many.
  await lead.goto("/dashboard");
  await lead.locator('details:has(a[href^="/dashboard/packages"][href*="part="]) summary').first().click();
  const number = lead.locator('a[href^="/dashboard/packages"][href*="part="]').first();
  const count = Number((await number.textContent()).replaceAll(/\D/g, ""));
  assert.ok(count > 0);
  await Promise.all([lead.waitForURL(/\/dashboard\/packages/), number.click()]);
  assert.equal(await lead.locator("tbody tr").count(), Math.min(count, 50));
  assert.equal((await sdr.goto("/dashboard")).status(), 403, "an SDR has no dashboard");
};
