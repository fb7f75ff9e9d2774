// One way through the flow with real HTTP requests, told step by step.

/** Walks; gives the token it used. Throws with the name of the step that failed. */
export async function walk({ emulator, clients, sampleUrl, downstreamUrl }) {
  let number = 0;
  const step = async (title, act) => {
    number += 1;
    process.stdout.write(`\n${number}. ${title}\n`);
    try {
      return await act();
    } catch (error) {
      throw new Error(`Step ${number} failed (${title}): ${error.message}`, { cause: error });
    }
  };

  await step('A public route needs no token', () => request(`${sampleUrl}/health`, { expected: 200 }));

  await step('A protected route without a token says where to sign in', async () => {
    const { headers } = await request(`${sampleUrl}/me`, { expected: 401 });
    tell('WWW-Authenticate', headers.get('www-authenticate'));
  });

  const token = await step('A client signs Adele in and gets a token for the sample API', () => {
    const issued = emulator.issueAccessToken({
      aud: clients.sample,
      azp: clients.page,
      scp: 'access_as_user',
    });
    const { name, aud, scp } = claimsOf(issued);
    tell('token', `${abbreviated(issued)}  (user ${name}, audience ${aud}, scope ${scp})`);
    return issued;
  });

  await step('The sample API calls the downstream API on behalf of Adele', async () => {
    const seen = exchanges(emulator).length;
    const { body } = await request(`${sampleUrl}/me`, { token, expected: 200, firstIn: true });
    const [exchange, ...others] = exchanges(emulator).slice(seen);
    check(exchange?.status === 200 && others.length === 0, 'one exchange, answered 200');
    check(exchange.form.requested_token_use === 'on_behalf_of', 'an exchange on behalf of the user');
    tell('exchange', `POST ${exchange.path} → ${exchange.status}`);
    tell(
      '',
      `Adele's token for the sample API was exchanged for a token with ${exchange.form.scope.split(' ')[0]}`,
    );
    const { user, callingApplication, scopes } = body.downstream;
    check(user.oid === claimsOf(token).oid, "the downstream API saw the caller's own user");
    check(
      callingApplication === clients.sample,
      'the downstream API saw the sample API as calling application',
    );
    tell('downstream saw', `user ${user.name} (${user.oid})`);
    tell('', `calling application ${callingApplication}, scope ${scopes.join(' ')}`);
  });

  await step('The same again comes from memory', async () => {
    const seen = exchanges(emulator).length;
    await request(`${sampleUrl}/me`, { token, expected: 200 });
    const made = exchanges(emulator).length - seen;
    check(made === 0, 'no further exchange');
    tell('exchange', 'none');
  });

  await step('The downstream API ends the session, and wants a newer token', async () => {
    await request(`${sampleUrl}/session`, { method: 'DELETE', token, expected: 204 });
    const seen = exchanges(emulator).length;
    await request(`${sampleUrl}/me`, { token, expected: 200 });
    const [exchange, ...others] = exchanges(emulator).slice(seen);
    check(exchange?.status === 200 && others.length === 0, 'one exchange, answered 200');
    check(
      exchange.form.claims?.includes('"nbf"'),
      'an exchange with the claims that the downstream API asked for',
    );
    tell('exchange', `one, with the claims ${exchange.form.claims}`);
  });

  await step('A downstream API that redirects elsewhere: the token stays', async () => {
    const { body } = await request(`${sampleUrl}/documents/report.txt`, { token, expected: 200 });
    check(new URL(body.downloadUrl).origin !== new URL(downstreamUrl).origin, 'an address of another origin');
    const stored = await request(body.downloadUrl, { expected: 200 });
    check(stored.body.sawToken === false, 'a storage that was sent no token');
  });

  await step('A route whose scope Adele lacks', async () => {
    const { headers } = await request(`${sampleUrl}/payroll`, { token, expected: 403 });
    tell('WWW-Authenticate', headers.get('www-authenticate'));
  });

  await step('The downstream API refuses the token of the sample API', () =>
    request(`${downstreamUrl}/whoami`, { token, expected: 401 }),
  );

  return token;
}

async function request(url, { method = 'GET', token, expected, firstIn = false }) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(15_000) });
  const text = await response.text();
  tell('request', `${method} ${url}${token ? `  (Bearer ${abbreviated(token)})` : ''} → ${response.status}`);
  check(
    response.status === expected,
    `status ${expected}; the answer was ${response.status} ${text.slice(0, 300)}`,
  );
  if (text !== '') tell('answer', text);
  if (firstIn) tell('time', `${(performance.now() / 1000).toFixed(1)} s after the start`);
  return { headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

function exchanges(emulator) {
  return emulator.requests.filter(({ endpoint }) => endpoint === 'token');
}

function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

function abbreviated(token) {
  return `${token.slice(0, 8)}…${token.slice(-4)}`;
}

function tell(label, text) {
  process.stdout.write(`   ${label.padEnd(16)} ${text}\n`);
}

function check(isTrue, what) {
  if (!isTrue) throw new Error(`expected ${what}`);
}
