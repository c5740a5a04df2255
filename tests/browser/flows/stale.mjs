// The shown package is out of date: nothing is decided, and the page says what changed.
export default async ({ ask, given, person, assert }) => {
  const page = await person();
  for (const [number, [change, said]] of given.changes.entries()) {
    const id = given.packages[number];
    await page.goto(`/packages/${id}`);
    await ask(change, { id });
    await Promise.all([page.waitForNavigation(), page.click("#approve")]);
    assert.equal(new URL(page.url()).pathname, `/packages/${id}/approve`, change);
    const told = await page.textContent("#problem");
    assert.match(told, new RegExp(said, "i"), `${change}: ${told}`);
    assert.equal((await ask("state", { id })).approvals, 0, change);
  }
};
