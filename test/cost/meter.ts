import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { AwsRequest } from '../../src/local/cloud/aws-call.ts';
import { type LoadFunction, loadSource } from '../../src/local/functions.ts';
import type { Environment } from '../../src/platform/environment.ts';
import type { Handler } from '../../src/platform/handler.ts';
import { createJsonLog, type Log } from '../../src/platform/log.ts';
import type { FunctionSpec } from '../../src/topology.ts';
import { createAwsTap } from '../bench/flow/aws-tap.ts';
import type { Activity, Invocation } from './activity.ts';
import { deletesSome, readEvent } from './lambda-event.ts';

export interface Meter {
  readonly load: LoadFunction;
  /** Grows with everything that happens. */
  count(): number;
  /** What happened since the last time. */
  take(): Activity;
  stop(): void;
}

interface Running {
  providerCalls: number;
  logLines: number;
  logBytes: number;
}

/** Both ways of Node to make a request say so in the context of whoever makes it. */
const REQUEST_CHANNELS = ['undici:request:create', 'http.client.request.start'] as const;

/**
 * Listens to the functions: their calls to AWS (with the bench's tap), their invocations, requests to providers, log lines.
 * Cold: every invocation gets a function that was just built, with nothing in its memory.
 */
export function createMeter(options: { readonly isCold: boolean }): Meter {
  const running = new AsyncLocalStorage<Running>();
  let invocations: Invocation[] = [];
  let fileBytes = 0;
  let logged = new Set<string>();
  let happened = 0;
  const onRequest = () => {
    const store = running.getStore();
    if (store !== undefined) store.providerCalls += 1;
  };
  for (const channel of REQUEST_CHANNELS) subscribe(channel, onRequest);

  function listening(spec: FunctionSpec, environment: Environment): Environment {
    const write = createJsonLog((line) => {
      const store = running.getStore();
      if (store === undefined) return;
      store.logLines += 1;
      store.logBytes += Buffer.byteLength(line);
    }, spec.name);
    const log: Log = (level, step, fields) => {
      logged.add(step);
      if (fields?.code !== undefined) logged.add(fields.code);
      write(level, step, fields);
    };
    const handlerOf = environment.awsRequestHandler;
    if (handlerOf === undefined) throw new Error('the embedded host hands in a request handler');
    return {
      ...environment,
      log,
      awsRequestHandler: (service) => {
        const handler = handlerOf(service);
        if (service !== 's3') return handler;
        return {
          ...handler,
          handle: (request: AwsRequest, more) => {
            if (request.method === 'PUT') fileBytes += Number(request.headers['content-length'] ?? 0);
            return handler.handle(request, more);
          },
        };
      },
    };
  }

  function metered(spec: FunctionSpec, handlerOf: () => Handler): Handler {
    return async (event, context) => {
      const store: Running = { providerCalls: 0, logLines: 0, logBytes: 0 };
      const beganMs = performance.now();
      let answer: unknown;
      let failed = true;
      try {
        answer = await running.run(store, () => handlerOf()(event, context));
        failed = false;
        return answer;
      } finally {
        const read = readEvent(event);
        const deletes = !failed && deletesSome(read.received.length, answer);
        const ms = performance.now() - beganMs;
        invocations.push({ functionName: spec.name, memoryMb: spec.memoryMb, ms, ...read, deletes, ...store });
        happened += 1;
      }
    };
  }

  const tap = createAwsTap(loadSource, { oneMessageAtATime: false });
  return {
    async load(spec) {
      const { build } = await tap.load(spec);
      return {
        build(environment) {
          const heard = listening(spec, environment);
          const warm = options.isCold ? undefined : build(heard);
          return metered(spec, () => warm ?? build(heard));
        },
      };
    },
    count: () => happened,
    take() {
      const activity = { calls: tap.take(), invocations, fileBytes, logged, isCold: options.isCold };
      invocations = [];
      fileBytes = 0;
      logged = new Set();
      return activity;
    },
    stop() {
      for (const channel of REQUEST_CHANNELS) unsubscribe(channel, onRequest);
    },
  };
}
