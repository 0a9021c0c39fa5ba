import { type FauxqsParts, type FauxqsS3Store, type FauxqsSqsStore, loadFauxqs } from './fauxqs-parts.ts';

/** fauxqs' stores, loaded from their folder and written through to it. */
export interface FauxqsEngine {
  readonly parts: FauxqsParts;
  readonly sqs: FauxqsSqsStore;
  readonly s3: FauxqsS3Store;
  readonly app: ReturnType<FauxqsParts['buildApp']>;
  close(): Promise<void>;
}

/** @param folder undefined: in memory */
export async function openFauxqsEngine(folder: string | undefined): Promise<FauxqsEngine> {
  const parts = await loadFauxqs();
  const [sqs, sns, s3] = [new parts.SqsStore(), new parts.SnsStore(), new parts.S3Store()];
  const persistence = folder === undefined ? undefined : new parts.PersistenceManager(folder);
  if (persistence !== undefined) {
    // Survives the death of the process, which is what is promised; waiting for the disk at every message is not needed.
    persistence.db.exec('PRAGMA synchronous = NORMAL');
    // Whoever was working on these messages is dead: they need not wait until their visibility runs out.
    persistence.db.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
    persistence.load(sqs, sns, s3);
    // Only after loading: a queue that is created while it is loaded would be written anew, without its messages.
    sqs.persistence = persistence;
    s3.persistence = persistence;
    for (const queue of sqs.allQueues()) queue.persistence = persistence;
  }
  const app = parts.buildApp({ logger: false, stores: { sqsStore: sqs, snsStore: sns, s3Store: s3 } });
  return {
    parts,
    sqs,
    s3,
    app,
    async close() {
      sqs.shutdown();
      await app.close();
      persistence?.close();
    },
  };
}
