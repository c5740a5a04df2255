// A lead at work: finds an account, assigns two packages by keyboard, rejects two at once, and follows a number of the
// dashboard to its rows. The SDR who got the packages sees them, and not those of others.
export default async ({ ask, given, person, signIn, assert }) => {
  const lead = await person();
  await signIn(lead, given.email, given.password);
  const rows = (page) => page.locator(".queue > li");
  const state = async (id) => (await ask("state", { id })).state;

  // A search keeps the matching rows, and the link back shows all of them.
  const all = await rows(lead).count();
  const account = await rows(lead).first().locator(".who-cell b").textContent();
  await lead.keyboard.press("/");
  await lead.keyboard.type(account.split(" ")[0]);
  await Promise.all([lead.waitForURL(/q=/), lead.keyboard.press("Enter")]);
  const found = await rows(lead).locator(".who-cell b").allTextContents();
  assert.ok(found.length < all && found.includes(account), found.join());
  await lead.click("text=Clear filters");
  assert.equal(await rows(lead).count(), all);
  await lead.selectOption("#filter-tier", { index: 1 });
  await Promise.all([lead.waitForURL(/tier=/), lead.click("#queue-filters button")]);
  const tier = await lead.inputValue("#filter-tier");
  const [narrowed, ofTier] = [await rows(lead).count(), await rows(lead).locator(".tag", { hasText: tier }).count()];
  assert.ok(0 < narrowed && narrowed < all && narrowed === ofTier, `${narrowed} of ${all}, ${ofTier} in ${tier}`);
  await lead.goto("/");

  // Two are assigned: nothing is decided about them.
  const [first, second, third, fourth] = given.packages;
  for (const key of ["j", "x", "j", "x"]) await lead.keyboard.press(key);
  await lead.selectOption("#bulk-to", { label: given.sdr });
  await lead.keyboard.press("Shift+G");
  assert.equal(await lead.evaluate(() => document.activeElement.id), "bulk-to");
  await Promise.all([lead.waitForURL(/\/several/), lead.click("#bulk-assign")]);
  assert.equal(await lead.getByText(`Assigned to ${given.sdr}`).count(), 2);
  assert.deepEqual([await state(first), await state(second)], ["queued", "queued"]);

  // Two are rejected at once, with a result for each.
  await lead.goto("/");
  for (const id of [third, fourth]) await lead.check(`.queue > li:has(a[href*="${id}"]) input`);
  await lead.selectOption("#bulk-reason", "not-now");
  await Promise.all([lead.waitForURL(/\/several/), lead.click("#bulk-reject")]);
  assert.deepEqual([await state(third), await state(fourth)], ["rejected", "rejected"]);

  // The assignee sees them.
  const sdr = await person();
  await signIn(sdr, given.sdrEmail, given.password);
  await sdr.goto("/?assignee=me");
  assert.equal(await rows(sdr).count(), 2);

  // A number of the dashboard leads to exactly as many rows.
  await lead.goto("/dashboard");
  await lead.locator('details:has(a[href^="/dashboard/packages"][href*="part="]) summary').first().click();
  const number = lead.locator('a[href^="/dashboard/packages"][href*="part="]').first();
  const count = Number((await number.textContent()).replaceAll(/\D/g, ""));
  assert.ok(count > 0);
  await Promise.all([lead.waitForURL(/\/dashboard\/packages/), number.click()]);
  assert.equal(await lead.locator("tbody tr").count(), Math.min(count, 50));
  assert.equal((await sdr.goto("/dashboard")).status(), 403, "an SDR has no dashboard");
};
