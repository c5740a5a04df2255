// Opens every page in light mode, in dark mode and in a narrow window: axe-core finds nothing, and no page scrolls
// sideways.
export default async ({ given, person, signIn, accessible, sideways, assert }) => {
  const found = [];
  const windows = [[false, "wide"], [true, "wide"], [false, "narrow"]];
  for (const [dark, window] of windows.filter(([, window]) => !given.window || window === given.window)) {
    const page = await person({ dark, window });
    let signedIn = false;
    for (const { path, nobody, name } of given.pages) {
      // Pages for visitors who have not signed in come first.
      if (!nobody && !signedIn) {
        await signIn(page, given.email, given.password);
        signedIn = true;
      }
      const answer = await page.goto(path);
      assert.equal(answer.status(), 200, path);
      assert.equal(new URL(page.url()).pathname, path.split("?")[0], "it is this page that answers");
      const where = `${path} ${dark ? "dark" : "light"} ${window}`;
      const file = `${name || "queue"}-${window === "narrow" ? window : dark ? "dark" : "light"}.png`;
      if (given.pictures) await page.screenshot({ path: `${given.pictures}/${file}`, fullPage: true });
      const over = await sideways(page);
      if (over > 0) found.push(`${where}: ${over} px wider than the window`);
      for (const line of await accessible(page)) found.push(`${where}: ${line}`);
    }
    await page.context().close();
  }
  assert.deepEqual(found, []);
};
