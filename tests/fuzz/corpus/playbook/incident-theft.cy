t# Lladrad `theft`
- **Subject:** account
- **Role:** `lead` a: {account.responder}
- **Role:** `owner` b: {account.owner}, {org.siro}
- **Ask first:** `noticed_at` (time) pryd?
- **Reviewed:** 2026-11-20
- **Serves:** R001

## Edrych `look`

### Ffonio `ring`
> CAUTION: gofal.

1. Un {account.handle}.

- **Pwy:** lead
- **Write down:** `seen` (text) beth
- **Report:** `internal/siro`
- **Report:** `provider/{account.provider}`
- **Sheet:** `sessions`
- **On x:** `skip`
- **Second person:** owner
- **Os ie:** run `incident/theft` on {account}.
- **Os na:** ewch ymlaen.

### Dweud `tell`
- **Only if:** `ring = yes`
- **Updates:** `{account} notes={seen}`
