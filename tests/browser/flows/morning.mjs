// A morning by keyboard alone: down the queue, approve, take back, edit, reject, snooze, and the list of keys.
export default async ({ ask, given, person, assert }) => {
  const page = await person();
  const [first, second, third, fourth] = given.packages;
  const at = (id) => page.waitForURL((url) => url.pathname === `/packages/${id}`);
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute("href"));
  const state = async (id) => (await ask("state", { id })).state;

  await page.goto("/");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  assert.match(await focused(), new RegExp(first));
  await page.keyboard.press("Enter");
  await at(first);

  // The approval is a press on the button: the key alone decides nothing.
  await page.keyboard.press("a");
  assert.equal(await focused(), "approve");
  assert.equal(await state(first), "queued");
  await page.keyboard.press("Enter");
  await at(second);
  assert.equal(await state(first), "authorised");

  // Taken back before it leaves.
  await page.keyboard.press("u");
  assert.equal(await focused(), "undo");
  await Promise.all([at(first), page.keyboard.press("Enter")]);
  assert.equal(await state(first), "queued");
  await page.keyboard.press("a");
  await page.keyboard.press("Enter");
  await at(second);

  // Checked as it is written, and the draft comes back and goes again.
  await page.goto(`/packages/${second}`);
  await page.keyboard.press("e");
  const drafted = await page.inputValue("#body");
  await page.fill("#body", "Saved 4,000,000 with us.");
  await page.waitForFunction(() => document.querySelector("#checked .fail"));
  assert.match(await page.textContent("#says"), /failed/);
  assert.ok(await page.isVisible("#checked ins"));
  await page.click("#restore");
  assert.equal(await page.inputValue("#body"), drafted);
  await page.waitForFunction(() => !document.querySelector("#checked .fail"));
  await page.click("#restore");
  assert.equal(await page.inputValue("#body"), "Saved 4,000,000 with us.");

  // Edited: what was typed is what is kept, and the first Escape only leaves the field.
  await page.goto(`/packages/${second}`);
  await page.keyboard.press("e");
  assert.equal(await focused(), "body");
  const draft = await page.inputValue("#body");
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("Good morning. ");
  assert.ok((await page.inputValue("#body")).startsWith("Good morning. "));
  await page.keyboard.press("Escape");
  await page.keyboard.press("a");
  await page.keyboard.press("Enter");
  await at(third);
  const edited = await ask("state", { id: second });
  assert.equal(edited.state, "authorised");
  assert.equal(edited.body.replaceAll("\r\n", "\n"), `Good morning. ${draft}`);

  await page.keyboard.press("r");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.type("rrr: keys are letters in a field");
  assert.equal(await page.inputValue("#note"), "rrr: keys are letters in a field");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await at(fourth);
  assert.equal(await state(third), "rejected");

  await page.keyboard.press("s");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname !== `/packages/${fourth}`);
  assert.equal(await state(fourth), "snoozed");

  await page.keyboard.press("?");
  assert.ok(await page.isVisible("dialog#keys"));
  await page.uncheck("#keys-on");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  assert.notEqual(new URL(page.url()).pathname, "/outbox", "single keys are off");
  await page.keyboard.press("?");
  assert.ok(!(await page.isVisible("dialog#keys")));
  await page.click("#keys-button");
  await page.check("#keys-on");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await Promise.all([page.waitForURL((url) => url.pathname === "/outbox"), page.keyboard.press("o")]);
};
