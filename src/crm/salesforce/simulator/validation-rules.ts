import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { ValidationRule } from './control-types.ts';
import { type ApiError, ApiFailure } from './failures.ts';
import type { Fields } from './values.ts';

export interface ValidationRules {
  add(rule: ValidationRule): void;
  list(): readonly ValidationRule[];
  clear(): void;
  /** Throws 400 with one FIELD_CUSTOM_VALIDATION_EXCEPTION for every rule that refuses the record as it would be. */
  check(object: string, fields: Fields): void;
}

export function createValidationRules(storage: SandboxStorage): ValidationRules {
  const records = storage.records<ValidationRule>('validation-rule');

  return {
    add: (rule) => records.set(String(storage.nextNumber('validation-rule')), rule),
    list: () => records.values(),
    clear() {
      for (const [key] of records.entries()) records.delete(key);
    },
    check(object, fields) {
      const errors = records.values().flatMap((rule): ApiError[] => {
        if ((rule.object ?? 'Opportunity') !== object) return [];
        const conditions = Object.entries(rule.when ?? {});
        if (!conditions.every(([name, values]) => values.includes(fields[name] ?? null))) return [];
        const { required } = rule;
        if (required?.every((name) => !['', null, undefined, false].includes(fields[name] as null))) return [];
        return [
          { message: rule.message, errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', fields: [...(rule.fields ?? [])] },
        ];
      });
      if (errors.length > 0) throw new ApiFailure(400, errors);
    },
  };
}
