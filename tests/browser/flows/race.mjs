// Two users with the same package open: one decides, and the other's press decides nothing and the page says what
// happened, for every combination of decisions and at any interval.
export default async ({ ask, given, person, signIn, assert }) => {
  const [one, other] = [await person(), await person()];
  await signIn(one, ...given.people[0]);
  await signIn(other, ...given.people[1]);
  const id = given.packages[0];
  await Promise.all([one.goto(`/packages/${id}`), other.goto(`/packages/${id}`)]);
  const press = (page) => Promise.all([page.waitForNavigation(), page.click("#approve")]);
  await Promise.all([press(one), press(other)]);
  const view = await ask("state", { id });
  assert.equal(view.decisions, 1, "one of them decided");
  const lost = [one, other].filter((page) => new URL(page.url()).pathname.startsWith(`/packages/${id}`));
  assert.equal(lost.length, 1, "the other sees the decision");
  const said = await lost[0].textContent("#problem");
  assert.match(said, new RegExp(view.by), `and by whom it was decided: ${said}`);

  // With an edit in progress, no typed text is lost.
  const next = given.packages[1];
  await Promise.all([one.goto(`/packages/${next}`), other.goto(`/packages/${next}`)]);
  await other.click("#to-edit");
  await other.fill("#body", "My own words, half a page of them.");
  await press(one);
  await Promise.all([other.waitForNavigation(), other.click("#edit button.main")]);
  assert.equal((await ask("state", { id: next })).decisions, 1);
  assert.ok(await other.isVisible("#problem"));
  const kept = await other.$$eval("textarea", (fields) => fields.map((field) => field.value));
  assert.ok(kept.includes("My own words, half a page of them."), kept.join("|"));
};
