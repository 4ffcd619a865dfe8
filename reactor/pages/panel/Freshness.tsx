import type { z } from "zod";
import type { statusView } from "../../http/wire/statusView.ts";
import { span } from "../formats.ts";
import { Card } from "../parts/Card.tsx";
import type { Visitor } from "../site.ts";

type Indexer = z.infer<typeof statusView>["indexer"];
type FreshnessProps = Readonly<{ visitor: Visitor; indexer: Indexer; bankReadAt: string | null; nowMs: number }>;

/** How old what we know is: of the chain, and of the bank. */
export function Freshness({ visitor: { say }, indexer, bankReadAt, nowMs }: FreshnessProps) {
  const ago = (at: string | null) => (at === null ? "—" : say.ago.replace("{span}", span(nowMs - Date.parse(at))));
  return (
    <Card id="frescura" title={say.freshness}>
      <dl class="facts">
        <dt>{say.indexer}</dt>
        <dd>
          <span class={indexer.stale ? "badge review" : "badge completed"}>
            {indexer.stale ? say.stale : say.fresh}
          </span>{" "}
          {ago(indexer.indexed_at)}
        </dd>
        <dt>{say.blocks}</dt>
        <dd class="figures">
          {say.blocks_are
            .replace("{indexed}", indexer.indexed_block ?? "—")
            .replace("{latest}", indexer.latest_block ?? "—")
            .replace("{settled}", indexer.settled_block ?? "—")}
        </dd>
        <dt>{say.bank}</dt>
        <dd>{ago(bankReadAt)}</dd>
      </dl>
      {indexer.stale && <p class="notice warn">{say.stale_means}</p>}
      {indexer.complaint !== null && <p class="notice warn">{indexer.complaint}</p>}
    </Card>
  );
}
