//! The door: who gets in, and from where.
//!
//! Whoever this machine alone can reach is the one who started the program, and nobody signs in, until there is a user
//! or the settings ask for it. A page that others can reach is over TLS, or behind a proxy that is named, and everybody
//! signs in. What a route takes is said in one table, and a route that is not in it takes nobody.

pub(crate) mod client;
pub(crate) mod cookie;
pub(crate) mod may;
pub(crate) mod panel;
mod tls;

use crate::api::{is_api, key, problem};
use crate::pages::sign_in;
use crate::site::{NotServed, Shared};
use crate::trouble::Trouble;
use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use baton_desk::DeskError;
use baton_desk::desk::{Program, Role, Seat, SignedIn};
use baton_identity::oidc::{Provider, SsoError};
use baton_identity::{Proxy, PublicUrl, SigningIn, Web};
use client::Client;
use may::Needs;
use std::net::SocketAddr;
pub(crate) use tls::Tls;

/// How people get in. The default is this machine alone.
#[derive(Clone, Debug)]
pub struct Door {
    required: bool,
    /// Others could reach it: what does not come over TLS is turned away.
    public: bool,
    url: Option<PublicUrl>,
    proxies: Vec<Proxy>,
    tls: Option<Tls>,
    /// People can sign in with a password.
    passwords: bool,
    /// Who vouches for people.
    provider: Option<Provider>,
}

impl Default for Door {
    fn default() -> Self {
        let (url, proxies, tls, provider) = (None, Vec::new(), None, None);
        Self { required: false, public: false, url, proxies, tls, passwords: true, provider }
    }
}

impl Door {
    /// As `[web]` says.
    ///
    /// # Errors
    /// [`NotServed::Tls`] where the certificate or its key cannot be used.
    pub fn new(web: &Web) -> Result<Self, NotServed> {
        let tls = match (&web.tls_certificate, &web.tls_key) {
            (Some(certificate), Some(key)) => Some(Tls::load(certificate, key)?),
            _ => None,
        };
        let public = web.is_public();
        let required = public || web.sign_in == SigningIn::Required;
        let (url, proxies, passwords) = (web.public_url.clone(), web.trusted_proxies.clone(), web.passwords);
        Ok(Self { required, public, url, proxies, tls, passwords, provider: None })
    }

    /// With the identity provider that `[web.oidc]` names, if it names one. `environment` looks up a variable.
    ///
    /// # Errors
    /// Where the environment has not the secret that the provider is shown.
    pub fn with_provider(self, web: &Web, environment: impl Fn(&str) -> Option<String>) -> Result<Self, SsoError> {
        let (Some(oidc), Some(url)) = (&web.oidc, &web.public_url) else { return Ok(self) };
        let provider = Provider::new(oidc, format!("{url}/sign-in/sso/callback"), environment)?;
        Ok(Self { provider: Some(provider), ..self })
    }

    /// Everybody signs in, whether there is a user or not.
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// Whether the page may be served there.
    ///
    /// # Errors
    /// [`NotServed::NotLoopback`] where another machine could reach it and nothing secures the line.
    pub fn may_be_served(&self, address: SocketAddr) -> Result<(), NotServed> {
        let secured = self.public && (self.tls.is_some() || !self.proxies.is_empty());
        if secured || address.ip().to_canonical().is_loopback() { Ok(()) } else { Err(NotServed::NotLoopback(address)) }
    }

    pub(crate) const fn is_public(&self) -> bool {
        self.public
    }

    pub(crate) const fn url(&self) -> Option<&PublicUrl> {
        self.url.as_ref()
    }

    pub(crate) fn proxies(&self) -> &[Proxy] {
        &self.proxies
    }

    pub(crate) const fn takes_passwords(&self) -> bool {
        self.passwords
    }

    pub(crate) const fn provider(&self) -> Option<&Provider> {
        self.provider.as_ref()
    }

    pub(crate) const fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }
}

/// Who asks, and what they may.
#[derive(Clone, Debug)]
pub(crate) struct By {
    /// As the trail has it.
    pub who: String,
    pub role: Role,
    /// Absent where nobody signs in.
    pub session: Option<Session>,
    /// Where a program asks with a token.
    pub program: Option<Program>,
}

impl By {
    /// On whose behalf the desk works; none where nobody signs in, and nothing is out of reach.
    pub fn seat(&self) -> Option<Seat> {
        let of_session = self.session.as_ref().map(|session| &session.user.id);
        let user = of_session.or_else(|| self.program.as_ref()?.of_user.as_ref())?;
        Some(Seat { user: user.clone(), role: self.role })
    }
}

/// Whose session it is, and its token.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub user: SignedIn,
    pub token: String,
}

/// A handler that takes one is on a route that takes somebody: the guard has let them in.
impl<S: Send + Sync> FromRequestParts<S> for By {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Trouble::of_status(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

/// What became of a request at the door, and who asks, as far as that is known.
pub(crate) enum Entered {
    /// It goes on to its handler.
    In(Option<By>, Request),
    /// It is answered here.
    Out(Option<By>, Response),
}

/// Lets a request in, or answers it.
pub(crate) async fn enter(web: &Shared, client: &Client, request: Request) -> Entered {
    let place = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let needs = may::needs(request.method(), place);
    if needs == Needs::Nobody {
        return Entered::In(None, request);
    }
    let api = is_api(request.uri().path());
    let asks = match api {
        true => program(web, request.headers()).await,
        false => who(web, client, request.headers()).await,
    };
    let by = match asks {
        Ok(Some(by)) => by,
        Ok(None) if api => return Entered::Out(None, problem::no_token().into_response()),
        Ok(None) => return Entered::Out(None, signed_out(web, request).await),
        Err(error) => return Entered::Out(None, Trouble::from(error).into_response()),
    };
    let refused = match needs {
        Needs::Least(least) if by.role < least => {
            let what = format!("Nothing was done: this takes a user with the role {least}");
            Trouble::new(StatusCode::FORBIDDEN, what).hint("ask one of them to do it")
        }
        Needs::NotListed => Trouble::new(StatusCode::FORBIDDEN, "Nothing was done: nobody may do this")
            .hint("report it: the page is missing from the table of who may do what"),
        _ => return Entered::In(Some(by), request),
    };
    Entered::Out(Some(by), refused.into_response())
}

/// Who asks. None where they have to sign in first.
pub(crate) async fn who(web: &Shared, client: &Client, headers: &HeaderMap) -> Result<Option<By>, DeskError> {
    if !web.site.door.required && !web.desk().has_users().await? {
        let who = web.site.operator.clone();
        return Ok(Some(By { who, role: Role::Admin, session: None, program: None }));
    }
    let Some(token) = cookie::token(headers, client.secure) else { return Ok(None) };
    let user = web.desk().signed_in(&token, web.now()).await?;
    Ok(user.map(|user| By {
        who: user.name.clone(),
        role: user.role,
        session: Some(Session { user, token }),
        program: None,
    }))
}

/// The program that asks, by its token alone.
async fn program(web: &Shared, headers: &HeaderMap) -> Result<Option<By>, DeskError> {
    let Some(token) = key::token(headers) else { return Ok(None) };
    let program = web.desk().program(token, web.now()).await?;
    Ok(program.map(|program| By {
        who: program.who.clone(),
        role: program.role,
        session: None,
        program: Some(program),
    }))
}

/// The way to the sign-in page. What a form had in it comes back, so that nobody loses what they typed.
async fn signed_out(web: &Shared, request: Request) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return sign_in::redirect(request.uri());
    }
    sign_in::interrupted(web, request).await
}
