import { z } from "zod";
import { newKeyView } from "../../http/routes/createKey.ts";
import { keyView } from "../../http/wire/keyView.ts";
import { termsOf } from "../../payments/terms.ts";
import { SCOPES } from "../../store/schema/access.ts";
import { readApi } from "../askApi.ts";
import { ActionForm, ReasonField } from "../parts/ActionForm.tsx";
import { Card } from "../parts/Card.tsx";
import { Done } from "../parts/Done.tsx";
import { Day, Moment } from "../parts/facts.tsx";
import { More, pageOf } from "../parts/More.tsx";
import { answerPage } from "../parts/Page.tsx";
import { ReasonedAction } from "../parts/ReasonedAction.tsx";
import { readForm, sendForm } from "../sendForm.ts";
import type { Site, SitePorts, Visitor } from "../site.ts";

type Key = z.infer<typeof keyView>;
const PAGE = 50;
const listed = z.object({ keys: z.array(keyView), next_before: z.string().nullable() });

/** Who has which key; to make one, shown once, and to end one. */
export function listKeys(site: Site, ports: SitePorts): void {
  site.get("/llaves", async (c) => {
    const visitor = c.get("visitor");
    const { say } = visitor;
    const path = `/api/keys?${pageOf(PAGE, c.req.query("before"))}`;
    const { keys, next_before } = await readApi(ports, c, listed, path);
    return answerPage(
      c,
      { title: say.keys },
      <>
        <h1>{say.keys}</h1>
        <Done visitor={visitor} what={c.req.query("hecho")} />
        <Card id="lista" title={say.keys_known}>
          <KeyTable visitor={visitor} keys={keys} />
          <More visitor={visitor} path="/llaves" before={next_before} />
        </Card>
        <NewKey visitor={visitor} />
      </>,
    );
  });
  site.post("/llaves", async (c) => {
    const visitor = c.get("visitor");
    const { say } = visitor;
    const { owner, owner_kind, reason, days } = await readForm(c);
    const { scopes } = await c.req.parseBody({ all: true });
    const body = { owner, owner_kind, reason, days: Number(days), scopes: [scopes ?? []].flat() };
    const { key, hash } = await sendForm(ports, c, newKeyView, { path: "/api/keys", body });
    return answerPage(
      c,
      { title: say.new_key },
      <section class="card form">
        <h1>{say.new_key}</h1>
        <p class="notice warn">{key === null ? say.key_shown_before : say.key_shown_once}</p>
        {key !== null && <p class="hash">{key}</p>}
        {hash !== null && <p class="notice info">{say.key_waits}</p>}
        <p>
          <a href={hash === null ? "/llaves" : `/planes/${hash}`}>{hash === null ? say.keys : say.plan}</a>
        </p>
      </section>,
    );
  });
  site.post("/llaves/:id/revocar", async (c) => {
    const path = `/api/keys/${encodeURIComponent(c.req.param("id"))}/revoke`;
    const { reason } = await readForm(c);
    await sendForm(ports, c, z.object({}), { path, body: { reason } });
    return c.redirect("/llaves?hecho=llave", 303);
  });
}

const KeyTable = ({ visitor, keys }: { visitor: Visitor; keys: readonly Key[] }) => (
  <section class="scroll" aria-label={visitor.say.keys_known} tabindex={0}>
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">{visitor.say.who}</th>
          <th scope="col">{visitor.say.key}</th>
          <th scope="col">{visitor.say.scopes}</th>
          <th scope="col">{visitor.say.expires}</th>
          <th scope="col">{visitor.say.last_used}</th>
          <th scope="col">
            <span class="unseen">{visitor.say.revoke}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <KeyLine visitor={visitor} known={key} />
        ))}
      </tbody>
    </table>
  </section>
);

function KeyLine({ visitor, known }: { visitor: Visitor; known: Key }) {
  const { say, language } = visitor;
  const { id, owner, owner_kind, scopes, expires_at, revoked_at, last_used_at } = known;
  return (
    <tr>
      <th scope="row">
        {owner}
        <span class="quiet block">{say[`owner_${owner_kind}`]}</span>
      </th>
      <td data-label={say.key}>
        <code>{id}</code>
      </td>
      <td class="prose" data-label={say.scopes}>
        {termsOf("scopes", scopes.join(", "), language)}
      </td>
      <td data-label={say.expires}>
        <Day visitor={visitor} at={expires_at} />
      </td>
      <td data-label={say.last_used}>
        <Moment visitor={visitor} at={last_used_at} />
      </td>
      <td class="does">
        {revoked_at === null ? (
          <ReasonedAction visitor={visitor} action={`/llaves/${id}/revocar`} label={say.revoke} />
        ) : (
          <span class="badge cancelled">{say.revoked}</span>
        )}
      </td>
    </tr>
  );
}

const NewKey = ({ visitor }: { visitor: Visitor }) => (
  <Card id="nueva" title={visitor.say.new_key}>
    <ActionForm visitor={visitor} action="/llaves" label={visitor.say.create_key} tone="main">
      <div class="fields">
        <label>
          {visitor.say.who}
          <input name="owner" required maxlength={100} autocomplete="off" />
        </label>
        <label>
          {visitor.say.owner_kind}
          <select name="owner_kind">
            <option value="person">{visitor.say.owner_person}</option>
            <option value="service">{visitor.say.owner_service}</option>
          </select>
        </label>
        <label>
          {visitor.say.days}
          <input name="days" type="number" min={1} max={365} value="90" required />
        </label>
      </div>
      <fieldset class="choices">
        <legend>{visitor.say.scopes}</legend>
        {SCOPES.map((scope) => (
          <label>
            <input type="checkbox" name="scopes" value={scope} />
            {visitor.say[`scope_${scope}`]}
          </label>
        ))}
      </fieldset>
      <ReasonField visitor={visitor} />
    </ActionForm>
  </Card>
);
