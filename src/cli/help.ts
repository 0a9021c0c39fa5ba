export const HELP = `Stagepost: deals, their contracts and their tasks, as the hub knows them.

  npx stagepost connections                  the accounts, and whether they answer
  npx stagepost deals [--stage <stage>]      all deals, latest change first
  npx stagepost deal <deal id>               one deal: what it waits for, and its history in words
  npx stagepost deliveries [--day <day>]     webhooks that came in (day: YYYY-MM-DD, UTC)
  npx stagepost trace <delivery id>          what became of one of them, down to the last effect, or why nothing did
  npx stagepost quarantine [--all]           what could not be understood, and why
  npx stagepost replay <quarantine id>       puts it through the inbox again, after the cause is mended
  npx stagepost approve <deal id> <n>        shows contract n of the deal and approves exactly that
  npx stagepost void <deal id> <n> --reason <why>
                                             takes contract n back; who was asked to sign reads the reason
  npx stagepost remap <deal id> [--apply]    what the deal's history means under today's mapping; --apply makes it so
  npx stagepost retry <deal id>              has every worker look at the deal again, now
  npx stagepost config check [<file>]        checks a configuration file (stagepost.config.yaml)
  npx stagepost setup <provider>             writes what an admin deploys there, with the right address and token
  npx stagepost help                         this text

  --json        what the hub says, for programs
  --limit <n>   length of a list, 1 to 500 (50)
  --as <name>   who you are, for everything that changes something (your user name)

  setup takes --connection <id>, --config <file>, --env <file> (.env), --out <folder> and --force;
  some providers also take --integration-user <username>, --unique-task-key, --aws-account <number> and --aws-region <region>

The hub on this machine runs with "npm start". Its address is http://127.0.0.1:4200 unless STAGEPOST_URL or
STAGEPOST_PORT says otherwise. For a hub in AWS:

  --aws            every command asks the hub in your own AWS account, with the rights of your own profile; always with
                   STAGEPOST_AWS=1. Credentials and region as for the AWS CLI: AWS_PROFILE, AWS_REGION
  --name <name>    name of that deployment (STAGEPOST_NAME, or stagepost)
`;
