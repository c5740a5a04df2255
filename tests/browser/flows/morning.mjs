// A morning by keyboard alone: move down the queue, approve, undo, edit, reject, snooze, and open the list of keys.
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

  // Approving needs a press on the button: the key alone decides nothing.
  await page.keyboard.press("a");
  assert.equal(await focused(), "approve");
  assert.equal(await state(first), "queued");
  await page.keyboard.press("Enter");
  await at(second);
  assert.equal(await state(first), "scheduled");

  // Undone before it is sent.
  await page.keyboard.press("u");
  assert.equal(await focused(), "undo");
  await Promise.all([at(first), page.keyboard.press("Enter")]);
  assert.equal(await state(first), "queued");
  await page.keyboard.press("a");
  await page.keyboard.press("Enter");
  await at(second);

  // The text is checked while it is typed; the draft is restored and removed again.
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

  // Edited: the typed text is saved, and the first Escape only moves the focus out of the field.
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
  assert.equal(edited.state, "scheduled");
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
