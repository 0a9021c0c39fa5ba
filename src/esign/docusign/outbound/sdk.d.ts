// The part of docusign-esign that the hub calls. Deep paths keep what the hub never calls out of the bundle
// (1.6 MB instead of 2.3 MB); the SDK publishes no types for them. Answers are unknown here and read by our schemas.

declare module 'docusign-esign/src/api/EnvelopesApi.js' {
  class EnvelopesApi {
    constructor(client: object);
    createEnvelope(accountId: string, options: { envelopeDefinition: object }): Promise<unknown>;
    getEnvelope(accountId: string, envelopeId: string, options: { include: string }): Promise<unknown>;
    update(accountId: string, envelopeId: string, options: { envelope: object }): Promise<unknown>;
    listStatusChanges(
      accountId: string,
      options: {
        fromDate?: string;
        transactionIds?: string;
        envelopeIds?: string;
        customField?: string;
        include?: string;
        count?: string;
        startPosition?: string;
      },
    ): Promise<unknown>;
    getDocument(
      accountId: string,
      envelopeId: string,
      documentId: string,
      options: { certificate?: string },
    ): Promise<unknown>;
  }
  export = EnvelopesApi;
}

declare module 'docusign-esign/src/api/TemplatesApi.js' {
  class TemplatesApi {
    constructor(client: object);
    get(accountId: string, templateId: string, options: { include: string }): Promise<unknown>;
  }
  export = TemplatesApi;
}

declare module 'docusign-esign/src/api/FoldersApi.js' {
  class FoldersApi {
    constructor(client: object);
    moveEnvelopes(
      accountId: string,
      folderId: string,
      options: { foldersRequest: { envelopeIds: readonly string[] } },
    ): Promise<unknown>;
  }
  export = FoldersApi;
}
