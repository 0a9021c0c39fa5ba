import { describe, expect, it } from 'vitest';
import { createTemplates, resourcesOf, TEST_DEPLOYMENT } from './templates.ts';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d';
const domain = { name: 'hooks.example.com', certificateArn: CERTIFICATE };
const truststore = { bucket: 'acme-trust', key: 'callers.pem' };

const plain = createTemplates().app;
const named = createTemplates({ deployment: { ...TEST_DEPLOYMENT, domain } }).app;
const mutual = createTemplates({ deployment: { ...TEST_DEPLOYMENT, domain: { ...domain, truststore } } }).app;

describe('without a domain of its own', () => {
  it('the HTTP API keeps the address that AWS gives it', () => {
    expect(resourcesOf(plain, 'AWS::ApiGatewayV2::DomainName')).toEqual([]);
    plain.hasResourceProperties('AWS::ApiGatewayV2::Api', { Name: 'stagepost-test', ProtocolType: 'HTTP' });
    expect(resourcesOf(plain, 'AWS::ApiGatewayV2::Api')[0]?.[1].Properties.DisableExecuteApiEndpoint).toBeUndefined();
  });
});

describe('a domain of its own', () => {
  it('speaks TLS 1.2 or later with the given certificate, and leads to the API', () => {
    const [domainId] = resourcesOf(named, 'AWS::ApiGatewayV2::DomainName')[0] ?? [];
    const [apiId] = resourcesOf(named, 'AWS::ApiGatewayV2::Api')[0] ?? [];
    named.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'hooks.example.com',
      DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' }],
    });
    named.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', {
      ApiId: { Ref: apiId },
      DomainName: { Ref: domainId },
      Stage: '$default',
    });
  });

  it('says what the name has to point to', () => {
    const [domainId] = resourcesOf(named, 'AWS::ApiGatewayV2::DomainName')[0] ?? [];
    named.hasOutput('DomainTarget', { Value: { 'Fn::GetAtt': [domainId, 'RegionalDomainName'] } });
  });

  it('asks no caller for a certificate unless there is a truststore', () => {
    expect(
      resourcesOf(named, 'AWS::ApiGatewayV2::DomainName')[0]?.[1].Properties.MutualTlsAuthentication,
    ).toBeUndefined();
    expect(resourcesOf(named, 'AWS::ApiGatewayV2::Api')[0]?.[1].Properties.DisableExecuteApiEndpoint).toBeUndefined();
  });
});

describe('mutual TLS', () => {
  it('takes the certificates of callers from the truststore', () => {
    mutual.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      MutualTlsAuthentication: { TruststoreUri: 's3://acme-trust/callers.pem' },
    });
  });

  it('closes the address that would ask for none', () => {
    mutual.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
  });
});
