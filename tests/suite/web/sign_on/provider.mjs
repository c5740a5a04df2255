// A certified OpenID Connect provider on this machine, for one client and any user name.
// node provider.mjs FOLDER-OF-NODE_MODULES PORT REDIRECT-URI
import { pathToFileURL } from "node:url";

const [folder, port, back] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(`${folder}/node_modules/oidc-provider/lib/index.js`));
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "baton", client_secret: "a secret of 32 characters or more", redirect_uris: [back] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["for this test alone"] },
  // A client without PKCE is refused.
  pkce: { required: () => true },
  // The typed name is the account's name; the email address of `unverified` is not verified.
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@relayforge.example`, email_verified: id !== "unverified", name: id }),
  }),
});
provider.listen(Number(port), "127.0.0.1");
