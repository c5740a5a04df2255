// A form that is sent twice, after going back, by a second press or by an attacker who recorded it, gets the first
// answer.
export default async ({ ask, given, person, assert }) => {
  const page = await person();
  const [first, second] = given.packages;
  await page.goto(`/packages/${first}`);
  const sent = page.waitForRequest((request) => request.method() === "POST");
  await Promise.all([page.waitForURL((url) => url.pathname === `/packages/${second}`), page.click("#approve")]);
  const body = (await sent).postData();
  const again = await page.request.post(`/packages/${first}/approve`, {
    headers: { "content-type": "application/x-www-form-urlencoded", origin: given.address, "sec-fetch-site": "same-origin" },
    data: body,
    maxRedirects: 0,
  });
  assert.equal(again.status(), 303);
  assert.equal(again.headers().location, `/packages/${second}?done=${first}`);
  // As a page of another site would send it.
  const foreign = await page.request.post(`/packages/${second}/approve`, {
    headers: { "content-type": "application/x-www-form-urlencoded", origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    data: body,
    maxRedirects: 0,
  });
  assert.equal(foreign.status(), 403);
  await page.goBack();
  if (await page.$("#approve")) await Promise.all([page.waitForNavigation(), page.click("#approve")]);
  assert.equal((await ask("state", { id: first })).decisions, 1);
  assert.equal((await ask("state", { id: second })).decisions, 0);

  // Pressed twice at once.
  await page.goto(`/packages/${second}`);
  await page.evaluate(() => {
    const button = document.querySelector("#approve");
    button.click();
    button.click();
  });
  await page.waitForURL((url) => url.pathname !== `/packages/${second}`);
  assert.equal((await ask("state", { id: second })).decisions, 1);
};
