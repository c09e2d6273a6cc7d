// Identity providers that tests log in at: oidc-provider, each on a port of its own. The argument is JSON:
// [{port, clients, accounts: {LOGIN: {email, email_verified}}, algorithm, claimsInIdToken}, ...]
// A line "rotate" on standard input gives each provider a new key under a new name, the old one is gone.
import { createInterface } from 'node:readline';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const wanted = JSON.parse(process.argv[2]);
let running = [];
let generation = 0;

async function start({ port, clients, accounts, algorithm, claimsInIdToken }) {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: `key-${generation}`, alg: algorithm, use: 'sig' };
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: clients.map((client) => ({
      grant_types: ['authorization_code'],
      response_types: ['code'],
      application_type: 'native',
      id_token_signed_response_alg: algorithm,
      ...client,
    })),
    jwks: { keys: [key] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: !claimsInIdToken,
    pkce: { methods: ['S256'], required: () => true },
    cookies: { keys: ['only-for-tests'] },
    findAccount: (_, id) => accounts[id] && { accountId: id, claims: () => ({ sub: id, ...accounts[id] }) },
  });
  return new Promise((resolve) => {
    const server = provider.listen(port, '127.0.0.1', () => resolve(server));
  });
}

async function restart() {
  await Promise.all(running.map((server) => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  })));
  generation += 1;
  running = await Promise.all(wanted.map(start));
  console.log('ready');
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => line === 'rotate' && restart());
input.on('close', () => process.exit(0)); // with the test that started it
await restart();
