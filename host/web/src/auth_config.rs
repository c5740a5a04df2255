//! Sign-in settings, and the addresses that the pages may be served on.

use crate::serve_error::ServeError;
use crate::tls::Tls;
use baton_identity::oidc::{OidcProvider, SsoError};
use baton_identity::{PublicUrl, SignInPolicy, TrustedProxy, WebOptions};
use std::net::SocketAddr;

/// How users sign in and how connections are secured. The default serves this machine only, without sign-in.
#[derive(Clone, Debug)]
pub struct AuthConfig {
    required: bool,
    /// Other machines can reach the pages, so requests that did not come over TLS are refused.
    public: bool,
    url: Option<PublicUrl>,
    proxies: Vec<TrustedProxy>,
    tls: Option<Tls>,
    passwords: bool,
    provider: Option<OidcProvider>,
}

impl Default for AuthConfig {
    fn default() -> Self {
        let (url, proxies, tls, provider) = (None, Vec::new(), None, None);
        Self { required: false, public: false, url, proxies, tls, passwords: true, provider }
    }
}

impl AuthConfig {
    /// Reads the `[web]` settings and loads the certificate they name.
    ///
    /// # Errors
    /// [`ServeError::Tls`] if the certificate or its key cannot be used.
    pub fn new(web: &WebOptions) -> Result<Self, ServeError> {
        let tls = match (&web.tls_certificate, &web.tls_key) {
            (Some(certificate), Some(key)) => Some(Tls::load(certificate, key)?),
            _ => None,
        };
        let public = web.is_public();
        let required = public || web.sign_in == SignInPolicy::Required;
        let (url, proxies, passwords) = (web.public_url.clone(), web.trusted_proxies.clone(), web.passwords);
        Ok(Self { required, public, url, proxies, tls, passwords, provider: None })
    }

    /// Adds the identity provider of `[web.oidc]`, if there is one. `environment` looks up a variable.
    ///
    /// # Errors
    /// [`SsoError`] if the environment variable with the client secret is not set.
    pub fn with_provider(
        self,
        web: &WebOptions,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SsoError> {
        let (Some(oidc), Some(url)) = (&web.oidc, &web.public_url) else { return Ok(self) };
        let provider = OidcProvider::new(oidc, format!("{url}/sign-in/sso/callback"), environment)?;
        Ok(Self { provider: Some(provider), ..self })
    }

    /// Whether sign-in is required even while no user exists.
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// Checks that the pages may be served on this address.
    ///
    /// # Errors
    /// [`ServeError::NotLoopback`] if other machines can reach the address and connections are not secured.
    pub fn check_address(&self, address: SocketAddr) -> Result<(), ServeError> {
        let secured = self.public && (self.tls.is_some() || !self.proxies.is_empty());
        if secured || address.ip().to_canonical().is_loopback() {
            Ok(())
        } else {
            Err(ServeError::NotLoopback(address))
        }
    }

    pub(crate) const fn is_public(&self) -> bool {
        self.public
    }

    pub(crate) const fn url(&self) -> Option<&PublicUrl> {
        self.url.as_ref()
    }

    pub(crate) fn proxies(&self) -> &[TrustedProxy] {
        &self.proxies
    }

    pub(crate) const fn takes_passwords(&self) -> bool {
        self.passwords
    }

    pub(crate) const fn provider(&self) -> Option<&OidcProvider> {
        self.provider.as_ref()
    }

    pub(crate) const fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_security_only_loopback_is_served() {
        for (address, served) in [
            ("127.0.0.1:8080", true),
            ("127.8.9.1:80", true),
            ("[::1]:8080", true),
            ("[::ffff:127.0.0.1]:8080", true),
            ("0.0.0.0:8080", false),
            ("[::]:8080", false),
            ("192.168.1.4:8080", false),
            ("[fe80::1]:8080", false),
        ] {
            let address: SocketAddr = address.parse().expect("an address");
            assert_eq!(AuthConfig::default().check_address(address).is_ok(), served, "{address}");
        }
    }
}
