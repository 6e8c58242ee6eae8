package resource

// What a plan of a deletion says of what stays.

// Lasts where the secret is kept.
func (s Secret) Lasts(*SecretState) string { return s.Keep }

// Lasts where the registration is retained.
func (r Registration) Lasts(observed *RegisteredState) string {
	return r.Removal.lasts(observed.AgentID != "", "the gateway stays registered with the Anypoint Platform")
}

// Lasts where it is retained.
func (a APIInstance) Lasts(observed *APIInstanceState) string {
	return a.Removal.lasts(!observed.Idle, "the API instance stays in API Manager")
}

// Lasts where it is retained.
func (e ExchangeAsset) Lasts(*ExchangeAssetState) string {
	return e.Removal.lasts(true, "the asset stays in Exchange")
}

func (r *RegistrationRemoval) lasts(isThere bool, sentence string) string {
	if r == nil || !r.Retain || !isThere {
		return ""
	}
	return sentence + " (spec.anypoint.deletionPolicy)"
}
