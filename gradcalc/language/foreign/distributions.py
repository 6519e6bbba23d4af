"""Probability distributions as R, SciPy, MATLAB, Mathematica and Excel call them.

R has dnorm and pnorm, SciPy norm.pdf and norm.cdf, MATLAB normpdf and normcdf, Excel
NORM.DIST(x, mean, sd, cumulative). Names with points are written with `_` here, Excel's in small
letters and with what their last argument chooses: norm_dist_cdf, norm_dist_pdf.
"""

from __future__ import annotations

from collections.abc import Mapping

# The calls, and the formula for each, as in `spellings.CALLS`.
CALLS: tuple[tuple[str, str], ...] = (
    # The normal distribution, of mean b and standard deviation c.
    (
        "pnorm(a) normcdf(a) norm_cdf(a) normsdist(a) norm_s_dist_cdf(a) ncdf(a) ndtr(a) Phi(a)"
        " Φ(a)",
        "normal_cdf(a)",
    ),
    ("dnorm(a) normpdf(a) norm_pdf(a) norm_s_dist_pdf(a) phi(a) φ(a)", "normal_pdf(a)"),
    (
        "pnorm(a, b, c) normcdf(a, b, c) norm_cdf(a, b, c) norm_dist_cdf(a, b, c)"
        " normdist_cdf(a, b, c) norm_vert_cdf(a, b, c) loi_normale_cdf(a, b, c)",
        "normal_cdf((a - b)/c)",
    ),
    (
        "dnorm(a, b, c) normpdf(a, b, c) norm_pdf(a, b, c) norm_dist_pdf(a, b, c)"
        " normdist_pdf(a, b, c) norm_vert_pdf(a, b, c) loi_normale_pdf(a, b, c)",
        "normal_pdf((a - b)/c)/c",
    ),
    # A calculator's, from a to b.
    ("normalcdf(a, b)", "normal_cdf(b) - normal_cdf(a)"),
    ("normalcdf(a, b, c, d)", "normal_cdf((b - c)/d) - normal_cdf((a - c)/d)"),
    ("normalpdf(a)", "normal_pdf(a)"),
    ("normalpdf(a, b, c)", "normal_pdf((a - b)/c)/c"),
    ("norm_logpdf(a)", "-a^2/2 - log(2*pi)/2"),
    ("norm_logpdf(a, b, c)", "-((a - b)/c)^2/2 - log(c) - log(2*pi)/2"),
    ("norm_logcdf(a) log_ndtr(a)", "log_normal_cdf(a)"),
    ("norm_sf(a)", "normal_cdf(-a)"),
    (
        "qnorm(a) norminv(a) norm_ppf(a) ndtri(a) probit(a) norm_s_inv(a) normsinv(a)",
        "sqrt(2)*erfinv(2*a - 1)",
    ),
    (
        "qnorm(a, b, c) norminv(a, b, c) norm_inv(a, b, c) norm_ppf(a, b, c)",
        "b + c*sqrt(2)*erfinv(2*a - 1)",
    ),
    ("plnorm(a, b, c) lognorm_dist_cdf(a, b, c)", "normal_cdf((log(a) - b)/c)"),
    ("dlnorm(a, b, c) lognorm_dist_pdf(a, b, c)", "normal_pdf((log(a) - b)/c)/(a*c)"),
    # Student's t, chi-squared and F.
    ("pt(a, b) tcdf(a, b) t_cdf(a, b) t_dist_cdf(a, b)", "student_t_cdf(a, b)"),
    ("dt(a, b) tpdf(a, b) t_pdf(a, b) t_dist_pdf(a, b)", "student_t_pdf(a, b)"),
    ("t.dist.2t(a, b)", "2*student_t_cdf(-a, b)"),
    ("t_logpdf(a, b)", "student_t_log_pdf(a, b)"),
    ("t_sf(a, b) t_dist_rt(a, b)", "student_t_cdf(-a, b)"),
    ("pchisq(a, b) chi2cdf(a, b) chisq_dist_cdf(a, b)", "chi2_cdf(a, b)"),
    ("dchisq(a, b) chi2pdf(a, b) chisq_dist_pdf(a, b)", "chi2_pdf(a, b)"),
    ("chi2_logpdf(a, b)", "chi2_log_pdf(a, b)"),
    ("chi2_sf(a, b) chisq_dist_rt(a, b) chidist(a, b)", "gammaincc(b/2, a/2)"),
    ("pf(a, b, c) fcdf(a, b, c) f_dist_cdf(a, b, c)", "f_cdf(a, b, c)"),
    ("df(a, b, c) fpdf(a, b, c) f_dist_pdf(a, b, c)", "f_pdf(a, b, c)"),
    ("f_logpdf(a, b, c)", "f_log_pdf(a, b, c)"),
    ("f_sf(a, b, c) f_dist_rt(a, b, c) fdist(a, b, c)", "betaincc(b/2, c/2, b*a/(b*a + c))"),
    # Gamma, of shape b: R gives the rate, MATLAB and Excel its reciprocal, the scale.
    ("pgamma(a, b) gamma_cdf(a, b)", "gammainc(b, a)"),
    ("dgamma(a, b) gamma_pdf(a, b)", "a^(b - 1)*exp(-a)/gamma(b)"),
    ("pgamma(a, b, c)", "gammainc(b, c*a)"),
    ("dgamma(a, b, c)", "c^b*a^(b - 1)*exp(-c*a)/gamma(b)"),
    ("gamcdf(a, b, c) gamma_dist_cdf(a, b, c) gammadist_cdf(a, b, c)", "gammainc(b, a/c)"),
    (
        "gampdf(a, b, c) gamma_dist_pdf(a, b, c) gammadist_pdf(a, b, c)",
        "a^(b - 1)*exp(-a/c)/(c^b*gamma(b))",
    ),
    ("GammaRegularized(a, b) igammac(a, b)", "gammaincc(a, b)"),
    ("GammaRegularized(a, b, c)", "gammainc(a, c) - gammainc(a, b)"),
    ("igamma(a, b)", "gammainc(a, b)"),
    ("Gamma(a, b) uppergamma(a, b)", "gamma_upper(a, b)"),
    ("lowergamma(a, b)", "gamma_lower(a, b)"),
    # Beta.
    (
        "pbeta(a, b, c) betacdf(a, b, c) beta_cdf(a, b, c) beta_dist_cdf(a, b, c)"
        " BetaRegularized(a, b, c)",
        "betainc(b, c, a)",
    ),
    (
        "dbeta(a, b, c) betapdf(a, b, c) beta_pdf(a, b, c) beta_dist_pdf(a, b, c)",
        "a^(b - 1)*(1 - a)^(c - 1)/beta(b, c)",
    ),
    ("Beta(a, b, c)", "beta_lower(b, c, a)"),
    # Exponential: R and Excel give the rate, MATLAB the mean.
    ("pexp(a) expon_cdf(a)", "-expm1(-a)"),
    ("expon_pdf(a)", "exp(-a)"),
    ("pexp(a, b) expon_dist_cdf(a, b) expondist_cdf(a, b)", "-expm1(-b*a)"),
    ("dexp(a, b) expon_dist_pdf(a, b) expondist_pdf(a, b)", "b*exp(-b*a)"),
    ("expcdf(a, b)", "-expm1(-a/b)"),
    ("exppdf(a, b)", "exp(-a/b)/b"),
    ("pweibull(a, b, c) weibull_dist_cdf(a, b, c)", "-expm1(-(a/c)^b)"),
    ("dweibull(a, b, c) weibull_dist_pdf(a, b, c)", "b/c*(a/c)^(b - 1)*exp(-(a/c)^b)"),
    ("dcauchy(a) cauchy_pdf(a)", "1/(pi*(1 + a^2))"),
    ("pcauchy(a) cauchy_cdf(a)", "1/2 + atan(a)/pi"),
    ("dlogis(a) logistic_pdf(a)", "sigmoid(a)*sigmoid(-a)"),
    ("plogis(a) logistic_cdf(a)", "sigmoid(a)"),
    ("dunif(a, b, c)", "1/(c - b) if a >= b and a <= c else 0"),
    # Counts.
    ("ppois(a, b) poisscdf(a, b) poisson_dist_cdf(a, b)", "poisson_cdf(a, b)"),
    (
        "dpois(a, b) poisspdf(a, b) poisson_pmf(a, b) poisson_dist_pdf(a, b)",
        "exp(poisson_log_pmf(a, b))",
    ),
    ("poisson_logpmf(a, b)", "poisson_log_pmf(a, b)"),
    (
        "pbinom(a, b, c) binocdf(a, b, c) binom_cdf(a, b, c) binom_dist_cdf(a, b, c)",
        "binomial_cdf(a, b, c)",
    ),
    (
        "dbinom(a, b, c) binopdf(a, b, c) binom_pmf(a, b, c) binom_dist_pdf(a, b, c)",
        "exp(binomial_log_pmf(a, b, c))",
    ),
    ("binom_logpmf(a, b, c)", "binomial_log_pmf(a, b, c)"),
)

# Functions whose last argument chooses the distribution function or the density.
CHOOSING = frozenset(
    name.removesuffix("_cdf")
    for spellings, _ in CALLS
    for name in spellings.replace("(", " ").split()
    if name.endswith(("dist_cdf", "vert_cdf", "normale_cdf"))
)
CHOICES: Mapping[str, str] = {
    **dict.fromkeys(("TRUE", "1", "WAHR", "VRAI", "VERDADERO", "VERO"), "cdf"),
    **dict.fromkeys(("FALSE", "0", "FALSCH", "FAUX", "FALSO"), "pdf"),
}

# Arguments that are given by name: those of each function in order, with their defaults.
_NORMAL = {"x": "", "mean": "0", "sd": "1"}
_LOCATED = {"x": "", "loc": "0", "scale": "1"}
_GAMMA = {"x": "", "shape": "", "rate": "1"}
_FREEDOM = {"x": "", "df": ""}
_RATE = {"x": "", "rate": "1"}
_MEAN = {"x": "", "lambda": ""}
_TRIALS = {"x": "", "size": "", "prob": ""}
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(("pnorm", "dnorm"), _NORMAL),
    **dict.fromkeys(("norm_cdf", "norm_pdf", "norm_logpdf"), _LOCATED),
    **dict.fromkeys(("pgamma", "dgamma"), _GAMMA),
    **dict.fromkeys(("pt", "dt", "pchisq", "dchisq", "t_cdf", "t_pdf"), _FREEDOM),
    **dict.fromkeys(("pexp", "dexp"), _RATE),
    **dict.fromkeys(("ppois", "dpois"), _MEAN),
    **dict.fromkeys(("pbinom", "dbinom"), _TRIALS),
    "log": {"x": "", "base": "e"},
    "norm": {"x": "", "ord": "2"},
}
