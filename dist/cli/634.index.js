export const id = 634;
export const ids = [634];
export const modules = {

/***/ 8634:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  serveSandbox: () => (/* binding */ serveSandbox)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/domain/problem.js
var problem = __webpack_require__(6282);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./build/x509/certificate.js + 1 modules
var x509_certificate = __webpack_require__(9892);
// EXTERNAL MODULE: ./build/x509/name.js
var x509_name = __webpack_require__(7002);
// EXTERNAL MODULE: ./build/x509/oids.js
var x509_oids = __webpack_require__(1104);
;// CONCATENATED MODULE: ./build/sandbox/cluster/users.js
// Who makes a request, as Kubernetes' user.Info has it.
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';
const MASTERS = 'system:masters';
const ANONYMOUS = {
    name: 'system:anonymous',
    uid: '',
    groups: [UNAUTHENTICATED],
    extra: {},
};
/** The service account the signing controller works as. */
const SIGNING_CONTROLLER = {
    name: 'system:serviceaccount:kube-system:certificate-controller',
    uid: '',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', AUTHENTICATED],
    extra: {},
};
/** Adds `system:authenticated`, unless a group already says whether the user is (group_adder.go). */
function authenticated(user) {
    const said = user.groups.some(group => group === AUTHENTICATED || group === UNAUTHENTICATED);
    return said ? user : { ...user, groups: [...user.groups, AUTHENTICATED] };
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/authenticate.js




/** Puts metadata.uid of a user into a certificate; built-in signers drop it. */
const KUBERNETES_UID = '1.3.6.1.4.1.57683.2';
class Authenticator {
    #authorities;
    #now;
    #tokens = new Map();
    constructor(clientCertificateAuthorities, now) {
        this.#authorities = clientCertificateAuthorities.flatMap(der => {
            const read = (0,x509_certificate/* readCertificate */.w$)(der);
            return read.ok ? [read.value] : [];
        });
        this.#now = now;
    }
    addToken(token, user) {
        this.#tokens.set(token, user);
    }
    removeToken(token) {
        this.#tokens.delete(token);
    }
    /** null is a 401. A refused certificate is forgiven where a token is good. */
    authenticate(credentials) {
        const certificate = this.#byCertificate(credentials.certificates);
        if (certificate.kind === 'user')
            return authenticated(certificate.user);
        const token = /^bearer +(.+)$/i.exec(credentials.authorization)?.[1];
        const user = token === undefined ? undefined : this.#tokens.get(token.trim());
        if (user !== undefined)
            return authenticated(user);
        if (token !== undefined || certificate.kind === 'refused')
            return null;
        return ANONYMOUS;
    }
    #byCertificate(chain) {
        if (chain.length === 0)
            return { kind: 'none' };
        const read = chain.map(der => (0,x509_certificate/* readCertificate */.w$)(der));
        const [leaf, ...intermediates] = read.flatMap(one => (one.ok ? [one.value] : []));
        if (read[0]?.ok !== true || leaf === undefined)
            return { kind: 'refused' };
        if (!isForClients(leaf) || !this.#isTrusted(leaf, intermediates))
            return { kind: 'refused' };
        const name = (0,x509_name/* valuesOf */.sm)(leaf.subject, x509_oids/* ATTRIBUTE_OIDS */.zN.CN).at(-1) ?? '';
        return name === '' ? { kind: 'none' } : { kind: 'user', user: userOf(leaf, name) };
    }
    #isTrusted(certificate, intermediates) {
        const now = this.#now();
        if (now < certificate.notBefore || now > certificate.notAfter)
            return false;
        if (this.#authorities.some(ca => now <= ca.notAfter && (0,x509_certificate/* isSignedBy */.s3)(certificate, ca)))
            return true;
        return intermediates.some((issuer, index) => issuer.isCa &&
            (0,x509_certificate/* isSignedBy */.s3)(certificate, issuer) &&
            this.#isTrusted(issuer, intermediates.slice(index + 1)));
    }
}
/** clientAuth, any, or no extended key usage at all. */
function isForClients({ extendedKeyUsage }) {
    const good = [
        x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.clientAuth,
        x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.anyExtendedKeyUsage,
    ];
    return extendedKeyUsage.length === 0 || extendedKeyUsage.some(usage => good.includes(usage));
}
function userOf(certificate, name) {
    return {
        name,
        uid: (0,x509_name/* valuesOf */.sm)(certificate.subject, KUBERNETES_UID)[0] ?? '',
        groups: (0,x509_name/* valuesOf */.sm)(certificate.subject, x509_oids/* ATTRIBUTE_OIDS */.zN.O),
        extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${certificate.sha256}`] },
    };
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/field-error.js
function withDetail(start, detail) {
    return detail === '' ? start : `${start}: ${detail}`;
}
/** `value` is shown as JSON. */
function invalid(field, value, detail) {
    const message = withDetail(`Invalid value: ${JSON.stringify(value)}`, detail);
    return { reason: 'FieldValueInvalid', field, message };
}
function required(field, detail = '') {
    return { reason: 'FieldValueRequired', field, message: withDetail('Required value', detail) };
}
function duplicate(field, value) {
    const message = `Duplicate value: ${JSON.stringify(value)}`;
    return { reason: 'FieldValueDuplicate', field, message };
}
function notSupported(field, value, supported) {
    const list = [...supported].sort().map(item => JSON.stringify(item));
    const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list.join(', ')}`;
    return { reason: 'FieldValueNotSupported', field, message };
}
function forbiddenField(field, detail) {
    return { reason: 'FieldValueForbidden', field, message: withDetail('Forbidden', detail) };
}
function tooLong(field, limit) {
    const message = `Too long: may not be more than ${limit} bytes`;
    return { reason: 'FieldValueTooLong', field, message };
}
/** One error plain, several in brackets, each text once. */
function errorText(errors) {
    const texts = [...new Set(errors.map(error => `${error.field}: ${error.message}`))];
    const [first] = texts;
    return texts.length === 1 && first !== undefined ? first : `[${texts.join(', ')}]`;
}
function causes(errors) {
    return errors.map(({ reason, message, field }) => ({ reason, message, field }));
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/resources.js
// The kinds this cluster serves, with the names the API server uses for them.
const SECRETS = {
    group: '',
    version: 'v1',
    kind: 'Secret',
    plural: 'secrets',
    singular: 'secret',
    shortNames: [],
    namespaced: true,
    subresources: [],
};
const CONFIG_MAPS = {
    group: '',
    version: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    singular: 'configmap',
    shortNames: ['cm'],
    namespaced: true,
    subresources: [],
};
const NAMESPACES = {
    group: '',
    version: 'v1',
    kind: 'Namespace',
    plural: 'namespaces',
    singular: 'namespace',
    shortNames: ['ns'],
    namespaced: false,
    subresources: [],
};
const SIGNING_REQUESTS = {
    group: 'certificates.k8s.io',
    version: 'v1',
    kind: 'CertificateSigningRequest',
    plural: 'certificatesigningrequests',
    singular: 'certificatesigningrequest',
    shortNames: ['csr'],
    namespaced: false,
    subresources: ['approval', 'status'],
};
const RESOURCES = [SECRETS, CONFIG_MAPS, NAMESPACES, SIGNING_REQUESTS];
function apiVersion(resource) {
    return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}
/** `secrets`, `certificatesigningrequests.certificates.k8s.io`: how errors name a resource. */
function resourceTitle(resource) {
    return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}
/** `Secret`, `CertificateSigningRequest.certificates.k8s.io`: how validation names a kind. */
function kindTitle(resource) {
    return resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/status-error.js
// A refused request: an HTTP code and a Status body (k8s.io/apimachinery/pkg/api/errors/errors.go).


/** Thrown by whatever handles a request; the server turns it into the answer. */
class StatusError extends Error {
    code;
    status;
    headers;
    constructor(code, reason, message, details = null, headers = {}) {
        super(message);
        this.name = 'StatusError';
        this.code = code;
        this.headers = headers;
        this.status = {
            kind: 'Status',
            apiVersion: 'v1',
            metadata: {},
            status: 'Failure',
            message,
            ...(reason === null ? {} : { reason }),
            ...(details === null ? {} : { details }),
            code,
        };
    }
}
function about(resource, name) {
    return {
        ...(name === '' ? {} : { name }),
        ...(resource.group === '' ? {} : { group: resource.group }),
        kind: resource.plural,
    };
}
function badRequest(message) {
    return new StatusError(400, 'BadRequest', message);
}
function unauthorized() {
    return new StatusError(401, 'Unauthorized', 'Unauthorized');
}
/** `detail` says who may not do what. */
function forbidden(resource, name, detail) {
    const title = resourceTitle(resource);
    const subject = name === '' ? title : `${title} ${JSON.stringify(name)}`;
    return new StatusError(403, 'Forbidden', `${subject} is forbidden: ${detail}`, about(resource, name));
}
function notFound(resource, name) {
    const message = `${resourceTitle(resource)} ${JSON.stringify(name)} not found`;
    return new StatusError(404, 'NotFound', message, about(resource, name));
}
function noSuchResource() {
    return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}
function methodNotAllowed() {
    const message = 'the server does not allow this method on the requested resource';
    return new StatusError(405, 'MethodNotAllowed', message, {});
}
function alreadyExists(resource, name) {
    const message = `${resourceTitle(resource)} ${JSON.stringify(name)} already exists`;
    return new StatusError(409, 'AlreadyExists', message, about(resource, name));
}
function conflict(resource, name, detail) {
    const subject = `${resourceTitle(resource)} ${JSON.stringify(name)}`;
    const message = `Operation cannot be fulfilled on ${subject}: ${detail}`;
    return new StatusError(409, 'Conflict', message, about(resource, name));
}
function modified(resource, name) {
    const advice = 'please apply your changes to the latest version and try again';
    return conflict(resource, name, `the object has been modified; ${advice}`);
}
function expired(message) {
    return new StatusError(410, 'Expired', message);
}
function entityTooLarge(limit) {
    const message = `Request entity too large: limit is ${limit}`;
    return new StatusError(413, 'RequestEntityTooLarge', message);
}
function unsupportedMediaType(message, details = null) {
    return new StatusError(415, 'UnsupportedMediaType', message, details);
}
function invalidObject(resource, name, errors) {
    return invalidKind(kindTitle(resource), resource.group, resource.kind, name, errors);
}
/** 422 of request options: `CreateOptions`, `PatchOptions`. */
function invalidOptions(kind, errors) {
    return invalidKind(`${kind}.meta.k8s.io`, 'meta.k8s.io', kind, '', errors);
}
function invalidKind(title, group, kind, name, errors) {
    const message = `${title} ${JSON.stringify(name)} is invalid: ${errorText(errors)}`;
    return new StatusError(422, 'Invalid', message, {
        ...(name === '' ? {} : { name }),
        ...(group === '' ? {} : { group }),
        ...(kind === '' ? {} : { kind }),
        causes: causes(errors),
    });
}
/** A fault the API server has no better word for. */
function internal(message) {
    return new StatusError(500, null, message);
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/authorize.js
// Who may do what: rules like RBAC's, given per user or group (kubernetes/pkg/registry/rbac, plugin/pkg/auth/authorizer/rbac).


const BASIC_USER = {
    apiGroups: ['authentication.k8s.io', 'authorization.k8s.io'],
    resources: ['selfsubjectreviews', 'selfsubjectaccessreviews'],
    verbs: ['create'],
};
const DISCOVERY = /^\/(api|apis|openapi|version|healthz|livez|readyz)(\/|$)/;
const PUBLIC_INFORMATION = /^\/(version|healthz|livez|readyz)(\/|$)/;
class Authorizer {
    #grants = [{ subject: { group: AUTHENTICATED }, rules: [BASIC_USER] }];
    allow(subject, rules) {
        this.#grants.push({ subject, rules });
    }
    may(user, attributes) {
        if (user.groups.includes(MASTERS))
            return true;
        return this.#grants.some(grant => isSubject(grant.subject, user) && grant.rules.some(rule => covers(rule, attributes)));
    }
    mayReadPath(user, verb, path) {
        if (user.groups.includes(MASTERS))
            return true;
        const readable = user.groups.includes(AUTHENTICATED) ? DISCOVERY : PUBLIC_INFORMATION;
        return verb === 'get' && readable.test(path);
    }
    /** The exact signer, then `<domain>/*` (pkg/certauthorization). */
    maySigner(user, verb, signerName) {
        const question = {
            verb,
            group: 'certificates.k8s.io',
            plural: 'signers',
            subresource: '',
            namespace: '',
        };
        const wildcard = `${signerName.split('/')[0] ?? ''}/*`;
        return [signerName, wildcard].some(name => this.may(user, { ...question, name }));
    }
    /** Throws the 403 of the real server. */
    demand(user, attributes) {
        if (this.may(user, attributes))
            return;
        throw forbidden(attributes, attributes.name, denial(user, attributes));
    }
    demandPath(user, verb, path) {
        if (this.mayReadPath(user, verb, path))
            return;
        const message = `forbidden: User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`;
        throw new StatusError(403, 'Forbidden', message, {});
    }
}
function denial(user, { verb, group, plural, subresource, namespace }) {
    const resource = subresource === '' ? plural : `${plural}/${subresource}`;
    const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
    return `User ${JSON.stringify(user.name)} cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
}
function isSubject(subject, user) {
    return 'user' in subject ? subject.user === user.name : user.groups.includes(subject.group);
}
function covers(rule, asked) {
    const resource = asked.subresource === '' ? asked.plural : `${asked.plural}/${asked.subresource}`;
    const resources = ['*', resource, ...(asked.subresource === '' ? [] : [`*/${asked.subresource}`])];
    return (rule.verbs.some(verb => verb === '*' || verb === asked.verb) &&
        rule.apiGroups.some(group => group === '*' || group === asked.group) &&
        rule.resources.some(name => resources.includes(name)) &&
        (rule.resourceNames === undefined ||
            rule.resourceNames.length === 0 ||
            rule.resourceNames.includes(asked.name)) &&
        (rule.namespaces === undefined || rule.namespaces.includes(asked.namespace)));
}

// EXTERNAL MODULE: ./build/x509/der-write.js
var der_write = __webpack_require__(3804);
// EXTERNAL MODULE: ./build/x509/der.js
var x509_der = __webpack_require__(9950);
// EXTERNAL MODULE: ./build/x509/pem.js
var x509_pem = __webpack_require__(4123);
;// CONCATENATED MODULE: ./build/sandbox/cluster/authority.js
// A certificate authority of the sandbox, and the certificates it makes (RFC 5280 §4.1). Keys never leave this file's values.






const ECDSA_SHA256 = (0,der_write/* sequence */.K2)((0,der_write/* oid */.jq)('1.2.840.10045.4.3.2'));
/** Signs a certificate of version 3 with a random serial of 128 bits; the answer is its DER. */
function signCertificate(issuer, template, random) {
    const toBeSigned = (0,der_write/* sequence */.K2)((0,der_write/* context */._O)(0, (0,der_write/* integer */.nd)(2)), (0,der_write/* unsignedInteger */.wF)(random(16)), ECDSA_SHA256, issuer.name, (0,der_write/* sequence */.K2)((0,der_write/* time */.kB)(template.notBefore), (0,der_write/* time */.kB)(template.notAfter)), template.subject, template.spki, ...(template.extensions.length === 0 ? [] : [(0,der_write/* context */._O)(3, (0,der_write/* sequence */.K2)(...template.extensions))]));
    const signature = (0,external_node_crypto_.sign)('sha256', toBeSigned, issuer.privateKey);
    return (0,der_write/* sequence */.K2)(toBeSigned, ECDSA_SHA256, (0,der_write/* bitString */.FY)(signature));
}
function extension(id, critical, value) {
    return (0,der_write/* sequence */.K2)((0,der_write/* oid */.jq)(id), ...(critical ? [(0,der_write/* boolean */.zM)(true)] : []), (0,der_write/* octetString */.J8)(value));
}
function authorityKeyIdentifier(keyId) {
    const value = (0,der_write/* sequence */.K2)((0,der_write/* contextPrimitive */.LF)(0, keyId));
    return extension(x509_oids/* EXTENSION_OIDS */.mB.authorityKeyIdentifier, false, value);
}
function newKeyPair() {
    const { privateKey } = (0,external_node_crypto_.generateKeyPairSync)('ec', { namedCurve: 'P-256' });
    return { privateKey, spki: spkiOf(privateKey) };
}
function spkiOf(privateKey) {
    return new Uint8Array((0,external_node_crypto_.createPublicKey)(privateKey).export({ type: 'spki', format: 'der' }));
}
function privateKeyPem(privateKey) {
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
function commonName(name) {
    return (0,x509_name/* encodeName */.aA)([[(0,x509_name/* attribute */.lt)(x509_oids/* ATTRIBUTE_OIDS */.zN.CN, name)]]);
}
/** A new CA with a key of its own. */
function createAuthority(options, random) {
    const { privateKey, spki } = newKeyPair();
    const name = commonName(options.name);
    const keyId = keyIdOf(spki);
    const issuer = options.issuer ?? { name, privateKey, keyId };
    const certificate = signCertificate(issuer, {
        subject: name,
        spki,
        notBefore: options.notBefore,
        notAfter: options.notAfter,
        extensions: [
            extension(x509_oids/* EXTENSION_OIDS */.mB.subjectKeyIdentifier, false, (0,der_write/* octetString */.J8)(keyId)),
            ...(issuer.keyId === null ? [] : [authorityKeyIdentifier(issuer.keyId)]),
            extension(x509_oids/* EXTENSION_OIDS */.mB.basicConstraints, true, (0,der_write/* sequence */.K2)((0,der_write/* boolean */.zM)(true))),
            extension(x509_oids/* EXTENSION_OIDS */.mB.keyUsage, true, (0,der_write/* namedBits */._1)([0, 2, 5, 6])),
        ],
    }, random);
    const certificatePem = (0,x509_pem/* encodePem */.TS)('CERTIFICATE', certificate);
    return { certificate, certificatePem, privateKey, name, keyId, notAfter: options.notAfter };
}
/** SHA-1 of the public key's bits (RFC 5280 §4.2.1.2 (1)). */
function keyIdOf(spki) {
    const bits = (0,x509_der/* readDer */.SU)(spki).children[1]?.content.subarray(1) ?? spki;
    return new Uint8Array((0,external_node_crypto_.createHash)('sha1').update(bits).digest());
}
/** The certificate of a TLS server on these names. */
function serverCertificate(issuer, key, options, random) {
    const names = [
        ...options.dnsNames.map(name => (0,der_write/* contextPrimitive */.LF)(2, Buffer.from(name, 'latin1'))),
        ...options.addresses.map(address => (0,der_write/* contextPrimitive */.LF)(7, address)),
    ];
    const { notBefore, notAfter } = options;
    const template = {
        subject: commonName('kube-apiserver'),
        spki: key.spki,
        notBefore,
        notAfter,
        extensions: [
            extension(x509_oids/* EXTENSION_OIDS */.mB.extendedKeyUsage, false, (0,der_write/* sequence */.K2)((0,der_write/* oid */.jq)('1.3.6.1.5.5.7.3.1'))),
            extension(x509_oids/* EXTENSION_OIDS */.mB.subjectAltName, false, (0,der_write/* tlv */.t)(0x30, ...names)),
        ],
    };
    return (0,x509_pem/* encodePem */.TS)('CERTIFICATE', signCertificate(issuer, template, random));
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/credentials.js
// Client certificates and kubeconfigs for users of the sandbox.





const DAY = 86_400_000;
/** A new key and a certificate for this user and these groups. An empty name is a certificate without CN. */
function clientCertificate(authority, name, groups, now, random, options) {
    const { privateKey, spki } = newKeyPair();
    const usages = (options.extendedKeyUsage ?? ['clientAuth']).map(usage => (0,der_write/* oid */.jq)(x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y[usage]));
    const subject = (0,x509_name/* encodeName */.aA)([
        ...groups.map(group => [(0,x509_name/* attribute */.lt)(x509_oids/* ATTRIBUTE_OIDS */.zN.O, group)]),
        ...(name === '' ? [] : [[(0,x509_name/* attribute */.lt)(x509_oids/* ATTRIBUTE_OIDS */.zN.CN, name)]]),
    ]);
    const template = {
        subject,
        spki,
        notBefore: options.notBefore ?? new Date(now.getTime() - DAY / 24),
        notAfter: options.notAfter ?? new Date(now.getTime() + DAY),
        extensions: usages.length === 0
            ? []
            : [extension(x509_oids/* EXTENSION_OIDS */.mB.extendedKeyUsage, false, (0,der_write/* sequence */.K2)(...usages))],
    };
    const signer = options.authority ?? authority;
    return {
        certificatePem: (0,x509_pem/* encodePem */.TS)('CERTIFICATE', signCertificate(signer, template, random)),
        keyPem: privateKeyPem(privateKey),
    };
}
function data(pem) {
    return Buffer.from(pem, 'utf8').toString('base64');
}
/** A kubeconfig of one cluster, one user, one context, all named `sandbox`, with everything inside. */
function kubeconfig(server, caPem, credential) {
    const user = 'token' in credential
        ? [`    token: ${credential.token}`]
        : [
            `    client-certificate-data: ${data(credential.certificatePem)}`,
            `    client-key-data: ${data(credential.keyPem)}`,
        ];
    return [
        'apiVersion: v1',
        'kind: Config',
        'clusters:',
        '- name: sandbox',
        '  cluster:',
        `    server: ${server}`,
        `    certificate-authority-data: ${data(caPem)}`,
        'users:',
        '- name: sandbox',
        '  user:',
        ...user,
        'contexts:',
        '- name: sandbox',
        '  context:',
        '    cluster: sandbox',
        '    user: sandbox',
        'current-context: sandbox',
        '',
    ].join('\n');
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/discovery.js

const VERSION = {
    major: '1',
    minor: '36',
    emulationMajor: '1',
    emulationMinor: '36',
    minCompatibilityMajor: '1',
    minCompatibilityMinor: '35',
    gitVersion: 'v1.36.3',
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: 'go1.26.8',
    compiler: 'gc',
    platform: 'linux/amd64',
};
const SELF_SUBJECT_REVIEW = {
    group: 'authentication.k8s.io',
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
};
const SELF_SUBJECT_ACCESS_REVIEW = {
    group: 'authorization.k8s.io',
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
};
const REVIEWS = [SELF_SUBJECT_REVIEW, SELF_SUBJECT_ACCESS_REVIEW];
const GROUPS = ['authentication.k8s.io', 'authorization.k8s.io', 'certificates.k8s.io'];
const OBJECT_VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
function objectResources(resource) {
    const { plural, singular, namespaced, kind, shortNames } = resource;
    const main = {
        name: plural,
        singularName: singular,
        namespaced,
        kind,
        verbs: OBJECT_VERBS,
        ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
    };
    const subresources = resource.subresources.map(subresource => ({
        name: `${plural}/${subresource}`,
        singularName: '',
        namespaced,
        kind,
        verbs: ['get', 'patch', 'update'],
    }));
    return [main, ...subresources];
}
function resourceList(group) {
    const groupVersion = group === '' ? 'v1' : `${group}/v1`;
    const objects = RESOURCES.filter(resource => resource.group === group).flatMap(objectResources);
    const reviews = REVIEWS.filter(review => review.group === group).map(({ kind, plural }) => ({
        name: plural,
        singularName: kind.toLowerCase(),
        namespaced: false,
        kind,
        verbs: ['create'],
    }));
    return {
        kind: 'APIResourceList',
        apiVersion: 'v1',
        groupVersion,
        resources: [...objects, ...reviews],
    };
}
function groupOf(name) {
    const version = { groupVersion: `${name}/v1`, version: 'v1' };
    return { name, versions: [version], preferredVersion: version };
}
/** The document of a discovery path; text for the health checks; null where there is none. */
function discovery(path, server) {
    const trimmed = path.replace(/\/$/, '');
    if (/^\/(readyz|livez|healthz)$/.test(trimmed))
        return 'ok';
    if (trimmed === '/version')
        return VERSION;
    if (trimmed === '/api') {
        const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: server }];
        return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
    }
    if (trimmed === '/api/v1')
        return resourceList('');
    if (trimmed === '/apis') {
        return { kind: 'APIGroupList', apiVersion: 'v1', groups: GROUPS.map(groupOf) };
    }
    const group = GROUPS.find(name => trimmed.startsWith(`/apis/${name}`));
    if (group === undefined)
        return null;
    if (trimmed === `/apis/${group}`) {
        return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) };
    }
    return trimmed === `/apis/${group}/v1` ? resourceList(group) : null;
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/json.js
// JSON as the API server holds it: values, and ways to look into them that never throw.
function isJson(value) {
    return value !== undefined;
}
/** Reads JSON text; throws SyntaxError. */
function parseJson(text) {
    const value = JSON.parse(text);
    return isJson(value) ? value : null;
}
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** The value at a path of members, undefined where there is none. */
function json_at(value, ...path) {
    let here = value;
    for (const member of path) {
        if (!isObject(here) || !Object.hasOwn(here, member))
            return undefined;
        here = here[member];
    }
    return here;
}
/** Text at a path; '' where there is none, as Go's zero value. */
function textAt(value, ...path) {
    const found = json_at(value, ...path);
    return typeof found === 'string' ? found : '';
}
/** The object at a path; an empty one, not linked to the value, where there is none. */
function objectAt(value, ...path) {
    const found = json_at(value, ...path);
    return isObject(found) ? found : {};
}
function json_listAt(value, ...path) {
    const found = json_at(value, ...path);
    return Array.isArray(found) ? found : [];
}
function textsAt(value, ...path) {
    return json_listAt(value, ...path).filter(item => typeof item === 'string');
}
/** The object under a member, made there when it is missing. */
function objectIn(parent, member) {
    const found = parent[member];
    if (isObject(found))
        return found;
    const made = {};
    parent[member] = made;
    return made;
}
/** Members whose values are text, as `labels` and `annotations` have them. */
function textMembers(value) {
    const pairs = [];
    for (const [member, text] of Object.entries(value)) {
        if (typeof text === 'string')
            pairs.push([member, text]);
    }
    return Object.fromEntries(pairs);
}
function copy(value) {
    return structuredClone(value);
}
/** Deep equality; the order of members does not count. */
function same(a, b) {
    if (a === b)
        return true;
    if (Array.isArray(a) && Array.isArray(b)) {
        return a.length === b.length && a.every((item, index) => same(item, b[index]));
    }
    if (!isObject(a) || !isObject(b))
        return false;
    const members = Object.keys(a);
    return (members.length === Object.keys(b).length &&
        members.every(member => Object.hasOwn(b, member) && same(a[member], b[member])));
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/selectors.js
// Label and field selectors of lists and watches (k8s.io/apimachinery/pkg/labels, pkg/fields).

const SET_BASED = /^\s*([^\s=!,()]+)\s+(in|notin)\s*\(([^)]*)\)\s*(?:,|$)/;
const EQUALITY = /^\s*([^\s=!,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)\s*(?:,|$)/;
const EXISTS = /^\s*(!?)\s*([^\s=!,()]+)\s*(?:,|$)/;
/** Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k`; throws a 400. */
function labelSelector(text) {
    const requirements = [];
    let rest = text;
    while (rest.trim() !== '') {
        const next = setBased(rest) ?? equality(rest) ?? existence(rest);
        if (next === null)
            throw badRequest(unparsable(rest));
        requirements.push(next.requirement);
        rest = next.rest;
    }
    return labels => requirements.every(requirement => requirement.holds(labels));
}
function unparsable(text) {
    const second = text
        .trim()
        .split(/\s+/)[1]
        ?.replace(/[=!,()].*$/, '') ?? '';
    return `unable to parse requirement: found '${second}', expected: in, notin, =, ==, !=, gt, lt`;
}
function has(labels, key) {
    return Object.hasOwn(labels, key);
}
function setBased(text) {
    const match = SET_BASED.exec(text);
    if (match === null)
        return null;
    const [whole, key = '', operator, list = ''] = match;
    const values = new Set(list.split(',').map(value => value.trim()));
    const isIn = labels => has(labels, key) && values.has(labels[key] ?? '');
    const holds = operator === 'in' ? isIn : labels => !isIn(labels);
    return { requirement: { key, holds }, rest: text.slice(whole.length) };
}
function equality(text) {
    const match = EQUALITY.exec(text);
    if (match === null)
        return null;
    const [whole, key = '', operator, value = ''] = match;
    const equals = labels => has(labels, key) && labels[key] === value;
    const holds = operator === '!=' ? labels => !equals(labels) : equals;
    return { requirement: { key, holds }, rest: text.slice(whole.length) };
}
function existence(text) {
    const match = EXISTS.exec(text);
    if (match === null)
        return null;
    const [whole, not, key = ''] = match;
    const holds = labels => has(labels, key) === (not === '');
    return { requirement: { key, holds }, rest: text.slice(whole.length) };
}
/** Reads `metadata.name=a,spec.signerName!=b`; throws a 400. */
function fieldTerms(text) {
    return text
        .split(',')
        .filter(term => term !== '')
        .map(term => {
        const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(term);
        if (match === null)
            throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
        return { field: match[1] ?? '', equal: match[2] !== '!=', value: match[3] ?? '' };
    });
}
function matchesFields(fields, terms) {
    return terms.every(term => (fields[term.field] === term.value) === term.equal);
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/list.js
// Lists: selectors, pages, and the filters a watch shares with them.




/** The test of labelSelector and fieldSelector; throws a 400. */
function objectTest(query, strategy) {
    const labels = labelSelector(query.get('labelSelector') ?? '');
    const terms = fieldTerms(query.get('fieldSelector') ?? '');
    const known = [
        'metadata.name',
        'metadata.namespace',
        ...Object.keys(strategy.selectableFields({})),
    ];
    const unknown = terms.find(term => !known.includes(term.field));
    if (unknown !== undefined)
        throw badRequest(strategy.unknownField(unknown.field));
    return object => labels(textMembers(objectAt(object, 'metadata', 'labels'))) &&
        matchesFields(fieldsOf(object, strategy), terms);
}
function fieldsOf(object, strategy) {
    return {
        'metadata.name': textAt(object, 'metadata', 'name'),
        'metadata.namespace': textAt(object, 'metadata', 'namespace'),
        ...strategy.selectableFields(object),
    };
}
/** A resourceVersion of a read: '' and '0' are any; one that is still to come is a 504. */
function checkReadRevision(store, query) {
    const said = query.get('resourceVersion') ?? '';
    if (said === '')
        return;
    if (!/^\d+$/.test(said)) {
        const text = `strconv.ParseUint: parsing ${JSON.stringify(said)}: invalid syntax`;
        throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(said)}: ${text}`);
    }
    if (Number(said) <= store.revision)
        return;
    const message = `Timeout: Too large resource version: ${said}, current: ${store.revision}`;
    const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
    throw new StatusError(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}
function limitOf(query) {
    const said = query.get('limit') ?? '';
    if (said === '')
        return 0;
    if (/^-?\d+$/.test(said))
        return Number(said);
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(said)}: invalid syntax`);
}
const TOO_OLD = 'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.';
function pageOf(store, query) {
    const token = query.get('continue') ?? '';
    if (token === '')
        return { revision: store.revision, after: '' };
    const { revision, start } = tokenOf(token);
    if (revision < store.oldest)
        throw expired(TOO_OLD);
    return { revision, after: start.replace(/\0$/, '').replace(/^\//, '') };
}
function tokenOf(token) {
    try {
        const value = parseJson(Buffer.from(token, 'base64url').toString('utf8'));
        const revision = isObject(value) ? value['rv'] : undefined;
        if (typeof revision === 'number')
            return { revision, start: textAt(value, 'start') };
    }
    catch {
        // Falls through to the refusal.
    }
    throw badRequest("invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value");
}
function continueToken(revision, key) {
    const token = { v: 'meta.k8s.io/v1', rv: revision, start: `/${key}\0` };
    return Buffer.from(JSON.stringify(token)).toString('base64url');
}
/** The list a GET of a collection answers. `namespace` '' is every namespace. */
function listObjects(store, resource, namespace, query, strategy) {
    const test = objectTest(query, strategy);
    checkReadRevision(store, query);
    const limit = limitOf(query);
    const page = pageOf(store, query);
    const keyOf = (object) => {
        const name = textAt(object, 'metadata', 'name');
        const isAll = resource.namespaced && namespace === '';
        return isAll ? `${textAt(object, 'metadata', 'namespace')}/${name}` : name;
    };
    const found = store
        .list(resource, namespace)
        .filter(object => page.after === '' || keyOf(object) > page.after)
        .filter(test);
    const items = limit > 0 ? found.slice(0, limit) : found;
    const last = items.at(-1);
    const left = found.length - items.length;
    const isPlain = !query.get('labelSelector') && !query.get('fieldSelector');
    return {
        kind: `${resource.kind}List`,
        apiVersion: apiVersion(resource),
        metadata: {
            resourceVersion: String(page.revision),
            ...(left > 0 && last !== undefined
                ? { continue: continueToken(page.revision, keyOf(last)) }
                : {}),
            ...(left > 0 && isPlain ? { remainingItemCount: left } : {}),
        },
        items: items.map(({ kind: _kind, apiVersion: _version, ...item }) => item),
    };
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/request-info.js
// What a request asks for: a resource and a verb, or a path (k8s.io/apiserver/pkg/endpoints/request/requestinfo.go).

const VERBS = {
    POST: 'create',
    GET: 'get',
    HEAD: 'get',
    PUT: 'update',
    PATCH: 'patch',
    DELETE: 'delete',
};
function requestInfo(method, url) {
    const parts = url.pathname.split('/').filter(part => part !== '');
    const [root, ...rest] = parts.map(part => decodeURIComponent(part));
    const verb = VERBS[method] ?? '';
    const path = { kind: 'path', verb, path: url.pathname };
    const isCore = root === 'api' && rest.length >= 2;
    const isGroup = root === 'apis' && rest.length >= 3;
    if (!isCore && !isGroup)
        return path;
    const group = isCore ? '' : (rest[0] ?? '');
    const [version = '', ...resource] = isCore ? rest : rest.slice(1);
    return { kind: 'resource', group, version, ...resourceOf(verb, resource, url.searchParams) };
}
function resourceOf(verb, parts, query) {
    const inNamespace = parts[0] === 'namespaces' && parts.length >= 3;
    const namespace = parts[0] === 'namespaces' ? (parts[1] ?? '') : '';
    const [plural = '', name = '', subresource = ''] = inNamespace ? parts.slice(2) : parts;
    const request = { verb, plural, subresource, namespace, name };
    if (name !== '')
        return request;
    if (verb === 'delete')
        return { ...request, verb: 'deletecollection' };
    if (verb !== 'get')
        return request;
    return { ...request, verb: isWatch(query) ? 'watch' : 'list', name: selectedName(query) };
}
function isWatch(query) {
    return ['1', 'true'].includes(query.get('watch') ?? '');
}
/** A list or watch of one name is authorized as a request for that name. */
function selectedName(query) {
    try {
        const terms = fieldTerms(query.get('fieldSelector') ?? '');
        return terms.find(term => term.field === 'metadata.name' && term.equal)?.value ?? '';
    }
    catch {
        return '';
    }
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/request-options.js
// Query parameters of writes: dryRun, fieldManager, fieldValidation, force (k8s.io/apimachinery/pkg/apis/meta/v1/validation).


/** Throws a 422 that names every option that is wrong. */
function writeOptions(kind, query, userAgent, isApply = false) {
    const errors = [
        ...forceErrors(kind, query, isApply),
        ...dryRunErrors(query),
        ...fieldValidationErrors(query),
    ];
    if (errors.length > 0)
        throw invalidOptions(kind, errors);
    const validation = query.get('fieldValidation') ?? '';
    return {
        isDryRun: query.get('dryRun') === 'All',
        manager: query.get('fieldManager') ?? managerOf(userAgent),
        isStrict: validation === 'Strict',
        warnsUnknownFields: validation === '' || validation === 'Warn',
        force: query.get('force') === 'true',
    };
}
function managerOf(userAgent) {
    const name = userAgent.split('/')[0] ?? '';
    return name === '' ? 'unknown' : name;
}
function forceErrors(kind, query, isApply) {
    if (kind !== 'PatchOptions')
        return [];
    if (isApply) {
        return (query.get('fieldManager') ?? '') === ''
            ? [required('fieldManager', 'is required for apply patch')]
            : [];
    }
    return query.has('force')
        ? [forbiddenField('force', 'may not be specified for non-apply patch')]
        : [];
}
function dryRunErrors(query) {
    const values = query.getAll('dryRun').filter(value => value !== '');
    return values.every(value => value === 'All') ? [] : [notSupported('dryRun', values, ['All'])];
}
function fieldValidationErrors(query) {
    const value = query.get('fieldValidation') ?? '';
    const known = ['', 'Ignore', 'Strict', 'Warn'];
    return known.includes(value) ? [] : [notSupported('fieldValidation', value, known)];
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/base64.js
// Standard base64 the way Go's encoding/base64 reads it: padding required, line breaks tolerated.
const ALPHABET = /[A-Za-z0-9+/]/;
/** Offset of the first byte Go would complain about, null where the text is good. */
function base64Fault(text) {
    let filled = 0;
    let quantumStart = 0;
    for (let index = 0; index < text.length; index++) {
        const letter = text.charAt(index);
        if (letter === '\r' || letter === '\n')
            continue;
        if (letter === '=')
            return filled >= 2 ? paddingFault(text, index, filled) : index;
        if (!ALPHABET.test(letter))
            return index;
        if (filled === 0)
            quantumStart = index;
        filled = (filled + 1) % 4;
    }
    return filled === 0 ? null : quantumStart;
}
function paddingFault(text, start, filled) {
    let missing = 4 - filled;
    for (let index = start; index < text.length; index++) {
        const letter = text.charAt(index);
        if (letter === '\r' || letter === '\n')
            continue;
        if (letter !== '=' || missing === 0)
            return index;
        missing--;
    }
    return missing === 0 ? null : text.length;
}
function fromBase64(text) {
    return new Uint8Array(Buffer.from(text, 'base64'));
}
function toBase64(bytes) {
    return Buffer.from(bytes).toString('base64');
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/decode.js
// JSON of a client → an object as the API server stores it: known members, Go's types, empty members left out.
// The texts are those of encoding/json and sigs.k8s.io/json.


/** What could not be decoded, in Go's words; the caller puts it into a 400. */
class DecodeError extends Error {
}
function decode(value, schema) {
    const walk = { unknown: [] };
    const object = decodeStruct(value, schema, { struct: schema.go, path: '', full: '' }, walk);
    return { object, unknownFields: walk.unknown.sort(byDepth) };
}
function byDepth(a, b) {
    return b.split('.').length - a.split('.').length;
}
function join(path, member) {
    return path === '' ? member : `${path}.${member}`;
}
function describe(value) {
    if (Array.isArray(value))
        return 'array';
    if (typeof value === 'boolean')
        return 'bool';
    return typeof value;
}
function mismatch(what, spot, goType) {
    const target = spot.path === '' ? 'value' : `struct field ${spot.struct}.${spot.path}`;
    return new DecodeError(`json: cannot unmarshal ${what} into Go ${target} of type ${goType}`);
}
function decodeStruct(value, schema, spot, walk) {
    if (!isObject(value))
        throw mismatch(describe(value), spot, `v1.${schema.go}`);
    for (const member of Object.keys(value)) {
        if (!Object.hasOwn(schema.fields, member))
            walk.unknown.push(join(spot.full, member));
    }
    const result = {};
    for (const [member, field] of Object.entries(schema.fields)) {
        const found = decodeMember(value[member], member, field, { ...spot, struct: schema.go }, walk);
        if (found !== undefined)
            result[member] = found;
    }
    return result;
}
function decodeMember(value, member, field, around, walk) {
    const spot = { ...around, path: join(around.path, member), full: join(around.full, member) };
    if (value === undefined || value === null)
        return zero(field);
    const decoded = decodeValue(value, field.of, spot, walk);
    return field.empty === 'omit' && isEmpty(decoded) ? undefined : decoded;
}
function zero(field) {
    if (field.empty !== 'keep')
        return undefined;
    if (field.of.type === 'struct')
        return emptyStruct(field.of);
    return field.of.type === 'bytes' ? null : '';
}
function emptyStruct(schema) {
    const result = {};
    for (const [member, field] of Object.entries(schema.fields)) {
        const value = zero(field);
        if (value !== undefined)
            result[member] = value;
    }
    return result;
}
function isEmpty(value) {
    if (value === '' || value === 0 || value === false || value === null)
        return true;
    if (Array.isArray(value))
        return value.length === 0;
    return isObject(value) && Object.keys(value).length === 0;
}
function decodeValue(value, type, spot, walk) {
    switch (type.type) {
        case 'any':
            return value;
        case 'struct':
            return decodeStruct(value, type, spot, walk);
        case 'list':
            if (!Array.isArray(value))
                throw mismatch(describe(value), spot, type.go);
            return value.map((item, index) => decodeItem(item, type.of, { ...spot, full: `${spot.full}[${index}]` }, walk));
        case 'map':
            if (!isObject(value))
                throw mismatch(describe(value), spot, type.go);
            return decodeMap(value, type.of, spot, walk);
        case 'bool':
            if (typeof value !== 'boolean')
                throw mismatch(describe(value), spot, 'bool');
            return value;
        case 'int':
            return decodeInteger(value, type.go, spot);
        case 'bytes':
            return decodeBytes(value, spot);
        case 'time':
            return decodeTime(value, spot);
        default:
            if (typeof value !== 'string')
                throw mismatch(describe(value), spot, type.go);
            return value;
    }
}
function decodeItem(value, type, spot, walk) {
    if (value !== null)
        return decodeValue(value, type, spot, walk);
    return type.type === 'struct' ? emptyStruct(type) : '';
}
function decodeMap(value, type, spot, walk) {
    const result = {};
    for (const key of Object.keys(value).sort()) {
        const item = value[key];
        if (item === undefined)
            continue;
        result[key] = decodeItem(item, type, { ...spot, full: join(spot.full, key) }, walk);
    }
    return result;
}
function decodeInteger(value, go, spot) {
    if (typeof value !== 'number')
        throw mismatch(describe(value), spot, go);
    const limit = go === 'int32' ? 2 ** 31 : 2 ** 63;
    const fits = Number.isInteger(value) && value >= -limit && value < limit;
    if (!fits)
        throw mismatch(`number ${value}`, spot, go);
    return value;
}
function decodeBytes(value, spot) {
    if (typeof value !== 'string')
        throw mismatch(describe(value), spot, '[]uint8');
    const fault = base64Fault(value);
    if (fault !== null)
        throw new DecodeError(`illegal base64 data at input byte ${fault}`);
    return toBase64(fromBase64(value));
}
/** Times have second precision and end in Z (metav1.Time). */
function decodeTime(value, spot) {
    if (typeof value !== 'string')
        throw mismatch(describe(value), spot, 'v1.Time');
    const time = new Date(value);
    if (Number.isNaN(time.getTime()) || !/^\d{4}-\d\d-\d\dT/.test(value)) {
        throw new DecodeError(`parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`);
    }
    return timeText(time);
}
function timeText(time) {
    return `${time.toISOString().slice(0, 19)}Z`;
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/reviews.js




function selfSubjectReview(user, now) {
    const extra = Object.entries(user.extra);
    return {
        kind: 'SelfSubjectReview',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { creationTimestamp: timeText(now) },
        status: {
            userInfo: {
                username: user.name,
                ...(user.uid === '' ? {} : { uid: user.uid }),
                groups: [...user.groups],
                ...(extra.length === 0
                    ? {}
                    : { extra: Object.fromEntries(extra.map(([key, values]) => [key, [...values]])) }),
            },
        },
    };
}
/** Throws the 422 for a spec that asks nothing, or two things. */
function selfSubjectAccessReview(body, user, authorizer) {
    const spec = objectAt(body, 'spec');
    const resource = spec['resourceAttributes'];
    const path = spec['nonResourceAttributes'];
    if (isObject(resource) && isObject(path)) {
        const shown = { Path: textAt(path, 'path'), Verb: textAt(path, 'verb') };
        const text = 'cannot be specified in combination with resourceAttributes';
        throw refused('spec.nonResourceAttributes', shown, text);
    }
    const allowed = isObject(resource)
        ? mayResource(resource, user, authorizer)
        : isObject(path)
            ? authorizer.mayReadPath(user, textAt(path, 'verb'), textAt(path, 'path'))
            : null;
    if (allowed === null) {
        const text = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
        throw refused('spec.resourceAttributes', null, text);
    }
    return {
        kind: 'SelfSubjectAccessReview',
        apiVersion: 'authorization.k8s.io/v1',
        metadata: {},
        spec,
        status: { allowed },
    };
}
function mayResource(attributes, user, authorizer) {
    return authorizer.may(user, {
        verb: textAt(attributes, 'verb'),
        group: textAt(attributes, 'group'),
        plural: textAt(attributes, 'resource'),
        subresource: textAt(attributes, 'subresource'),
        namespace: textAt(attributes, 'namespace'),
        name: textAt(attributes, 'name'),
    });
}
function refused(field, value, text) {
    const group = 'authorization.k8s.io';
    return invalidKind(`.${group}`, group, '', '', [invalid(field, value, text)]);
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/dispatch.js








const OPTIONS = {
    create: 'CreateOptions',
    update: 'UpdateOptions',
    patch: 'PatchOptions',
    delete: 'DeleteOptions',
};
const NO_OPTIONS = {
    isDryRun: false,
    manager: '',
    isStrict: false,
    warnsUnknownFields: false,
    force: false,
};
const BODY_TYPES = ['application/json', 'application/yaml', ''];
const PATCH_TYPES = [
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
];
class Api {
    #parts;
    constructor(parts) {
        this.#parts = parts;
    }
    /** The answer, or null where a watch has taken the response over. Throws StatusError. */
    async answer(request, response) {
        const info = requestInfo(request.method, request.url);
        this.#authorize(request, info);
        if (info.kind === 'path')
            return this.#document(info.path);
        if (info.group !== '' && !GROUPS.includes(info.group))
            return this.#document(request.url.pathname);
        const review = await this.#review(request, info);
        if (review !== null)
            return review;
        const resource = dispatch_resourceOf(info);
        checkMethod(info, resource);
        switch (info.verb) {
            case 'get':
                return this.#get(request, info, resource);
            case 'list':
                return this.#list(request, info, resource);
            case 'watch': {
                const strategy = this.#parts.registry.strategy(resource);
                const { namespace } = info;
                const query = request.url.searchParams;
                this.#parts.watches.start({ resource, namespace, query, strategy }, response);
                return null;
            }
            default:
                return this.#write(request, info, resource);
        }
    }
    #authorize({ user }, info) {
        if (info.kind === 'path')
            this.#parts.authorizer.demandPath(user, info.verb, info.path);
        else
            this.#parts.authorizer.demand(user, info);
    }
    #document(path) {
        const body = discovery(path, this.#parts.address());
        if (body !== null)
            return { code: 200, body, warnings: [] };
        return { code: 404, body: '404 page not found\n', warnings: [] };
    }
    async #review(request, info) {
        const isOf = (review) => review.group === info.group && review.plural === info.plural;
        const isSelf = isOf(SELF_SUBJECT_REVIEW);
        if (!isSelf && !isOf(SELF_SUBJECT_ACCESS_REVIEW))
            return null;
        if (info.verb !== 'create')
            throw methodNotAllowed();
        const { user } = request;
        const { text } = await request.body();
        const body = jsonObject(text);
        const { now, authorizer } = this.#parts;
        const answer = isSelf
            ? selfSubjectReview(user, now())
            : selfSubjectAccessReview(body, user, authorizer);
        return { code: 201, body: answer, warnings: [] };
    }
    #get(request, info, resource) {
        checkReadRevision(this.#parts.store, request.url.searchParams);
        const body = this.#parts.registry.read(target(request, info, resource, NO_OPTIONS));
        return { code: 200, body, warnings: [] };
    }
    #list(request, info, resource) {
        const { store, registry } = this.#parts;
        const strategy = registry.strategy(resource);
        const query = request.url.searchParams;
        const namespace = resource.namespaced ? info.namespace : '';
        const body = listObjects(store, resource, namespace, query, strategy);
        return { code: 200, body, warnings: [] };
    }
    async #write(request, info, resource) {
        const body = await request.body();
        checkMediaType(info.verb, body.type);
        const isApply = body.type === 'application/apply-patch+yaml';
        const kind = OPTIONS[info.verb] ?? 'CreateOptions';
        const options = writeOptions(kind, request.url.searchParams, request.userAgent, isApply);
        const where = target(request, info, resource, options);
        if (info.verb === 'delete')
            return this.#delete(where, body);
        const { registry } = this.#parts;
        const written = this.#written(registry, info.verb, where, body);
        return { code: written.code, body: written.object, warnings: written.warnings };
    }
    #written(registry, verb, where, body) {
        if (verb === 'create')
            return registry.create(where, body);
        return verb === 'update' ? registry.replace(where, body) : registry.patch(where, body);
    }
    #delete(where, body) {
        const options = jsonObject(body.text);
        // Options in the body make the server look past those in the URL, a dry run included.
        const isDryRun = body.text === '' ? where.options.isDryRun : textsAt(options, 'dryRun').includes('All');
        const preconditions = objectAt(options, 'preconditions');
        const asked = { ...where, options: { ...where.options, isDryRun } };
        const gone = this.#parts.registry.remove(asked, preconditions);
        if (where.resource === NAMESPACES) {
            const terminating = { ...gone, status: { phase: 'Terminating' } };
            return { code: 200, body: terminating, warnings: [] };
        }
        const { group, plural } = where.resource;
        const details = {
            name: where.name,
            ...(group === '' ? {} : { group }),
            kind: plural,
            uid: textAt(gone, 'metadata', 'uid'),
        };
        const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
        return { code: 200, body: success, warnings: [] };
    }
}
function target({ user }, { namespace, name, subresource }, resource, options) {
    const space = resource.namespaced ? namespace : '';
    return { resource, namespace: space, name, subresource, user, options };
}
function dispatch_resourceOf({ group, version, plural, subresource }) {
    const found = RESOURCES.find(resource => resource.group === group && resource.version === version && resource.plural === plural);
    if (found === undefined)
        throw noSuchResource();
    if (subresource !== '' && !found.subresources.includes(subresource)) {
        throw noSuchResource();
    }
    return found;
}
function checkMethod(info, resource) {
    const isCollection = info.name === '' || ['list', 'watch'].includes(info.verb);
    const verbs = isCollection ? ['create', 'list', 'watch'] : ['get', 'update', 'patch', 'delete'];
    const isAllowed = info.subresource === ''
        ? verbs.includes(info.verb)
        : ['get', 'update', 'patch'].includes(info.verb);
    const isHomeless = resource.namespaced && info.namespace === '' && !['list', 'watch'].includes(info.verb);
    if (!isAllowed || isHomeless)
        throw methodNotAllowed();
}
function checkMediaType(verb, type) {
    if (verb === 'patch') {
        if (PATCH_TYPES.includes(type))
            return;
        throw unsupportedMediaType('415: Unsupported Media Type', {});
    }
    if (verb === 'delete' || BODY_TYPES.includes(type))
        return;
    throw unsupportedMediaType('the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf');
}
function jsonObject(text) {
    if (text.trim() === '')
        return {};
    try {
        const value = parseJson(text);
        if (isObject(value))
            return value;
    }
    catch {
        // Falls through to the refusal.
    }
    throw badRequest('the object provided is unrecognized: unexpected end of JSON input');
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/faults.js
// What can go wrong on purpose: answers, resets and delays for requests that match. A test's hand on the wire.
class Faults {
    #planned = [];
    /** Plans a fault for the next `times` matching requests. */
    plan(match, fault, times = 1) {
        this.#planned.push({ match, fault, left: times });
    }
    clear() {
        this.#planned = [];
    }
    /** The faults of one request; each is counted. */
    take(method, path, user) {
        const hits = this.#planned.filter(planned => isMatch(planned.match, method, path, user));
        for (const planned of hits)
            planned.left--;
        this.#planned = this.#planned.filter(planned => planned.left > 0);
        return hits.map(planned => planned.fault);
    }
}
function isMatch(match, method, path, user) {
    return ((match.method === undefined || match.method === method) &&
        (match.user === undefined || match.user === user) &&
        (match.path === undefined ||
            (typeof match.path === 'string' ? path.startsWith(match.path) : match.path.test(path))));
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/objects.js
// A person's hands on the objects, past authorization but through the API's own rules: approve, deny, delete, look.



const BY_NAME = {
    secrets: SECRETS,
    configmaps: CONFIG_MAPS,
    namespaces: NAMESPACES,
    certificatesigningrequests: SIGNING_REQUESTS,
};
const HUMAN = { name: 'owner', uid: '', groups: [MASTERS, AUTHENTICATED], extra: {} };
class Objects {
    #store;
    #registry;
    constructor(store, registry) {
        this.#store = store;
        this.#registry = registry;
    }
    /** An object as stored, null where there is none. Cluster-scoped kinds take '' as namespace. */
    read(resource, namespace, name) {
        return this.#store.read(BY_NAME[resource], namespace, name);
    }
    list(resource, namespace = '') {
        return this.#store.list(BY_NAME[resource], namespace);
    }
    /** Creates an object; throws StatusError where the API would refuse it. */
    create(resource, object) {
        const namespace = textAt(object, 'metadata', 'namespace');
        const target = this.#target(BY_NAME[resource], namespace, '');
        return this.#registry.create(target, jsonBody(object)).object;
    }
    /** Replaces an object; throws StatusError. */
    replace(resource, object, subresource = '') {
        const target = this.#target(BY_NAME[resource], textAt(object, 'metadata', 'namespace'), textAt(object, 'metadata', 'name'));
        return this.#registry.replace({ ...target, subresource }, jsonBody(object)).object;
    }
    remove(resource, namespace, name) {
        this.#registry.remove(this.#target(BY_NAME[resource], namespace, name), {});
    }
    createNamespace(name) {
        if (this.#store.namespaceExists(name))
            return;
        this.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    /** Adds Approved to a CertificateSigningRequest. */
    approve(name, reason = 'KubectlApprove', message = '') {
        this.#decide(name, 'Approved', reason, message);
    }
    /** Adds Denied, as a person with kubectl would. */
    deny(name, reason = 'KubectlDeny', message = '') {
        this.#decide(name, 'Denied', reason, message);
    }
    /** Deletes a CertificateSigningRequest and creates one of the same name: another uid, no conditions. */
    recreate(name) {
        const old = this.#registry.read(this.#target(SIGNING_REQUESTS, '', name));
        this.remove('certificatesigningrequests', '', name);
        const { request, signerName, usages, expirationSeconds } = objectIn(copy(old), 'spec');
        const spec = { request: request ?? '', signerName: signerName ?? '' };
        if (usages !== undefined)
            spec['usages'] = usages;
        if (expirationSeconds !== undefined)
            spec['expirationSeconds'] = expirationSeconds;
        this.create('certificatesigningrequests', { metadata: { name }, spec });
    }
    /** Calls back after each change of a kind, until the answer is called. */
    onChange(resource, listener) {
        return this.#store.subscribe(change => {
            if (change.resource !== BY_NAME[resource])
                return;
            listener({ type: change.type, object: copy(change.object) });
        });
    }
    /** The first change of a kind for which the test holds, from now on. */
    next(resource, test) {
        return new Promise(resolve => {
            const stop = this.onChange(resource, change => {
                if (!test(change))
                    return;
                stop();
                resolve(change);
            });
        });
    }
    /** Writes status as the signing controller does; a conflict or a deletion meanwhile is nothing to it. */
    updateStatus(object) {
        const name = textAt(object, 'metadata', 'name');
        const target = this.#target(SIGNING_REQUESTS, '', name, SIGNING_CONTROLLER);
        this.#registry.replace({ ...target, subresource: 'status' }, jsonBody(object));
    }
    #decide(name, type, reason, message) {
        const target = this.#target(SIGNING_REQUESTS, '', name);
        const object = this.#registry.read(target);
        const conditions = json_listAt(object, 'status', 'conditions');
        const condition = { type, status: 'True', reason, message };
        objectIn(object, 'status')['conditions'] = [...conditions, condition];
        this.#registry.replace({ ...target, subresource: 'approval' }, jsonBody(object));
    }
    #target(resource, namespace, name, user = HUMAN) {
        const options = {
            isDryRun: false,
            manager: user === SIGNING_CONTROLLER ? 'kube-controller-manager' : 'kubectl',
            isStrict: false,
            warnsUnknownFields: false,
            force: false,
        };
        return { resource, namespace, name, subresource: '', user, options };
    }
}
function jsonBody(object) {
    return { text: JSON.stringify(object), type: 'application/json' };
}
/** True where a CertificateSigningRequest has this condition. */
function hasCondition(object, type) {
    return listAt(object, 'status', 'conditions').some(condition => at(condition, 'type') === type && at(condition, 'status') === 'True');
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/go-pem.js
// PEM the way Go's encoding/pem reads it: the first block that decodes, whatever stands around it.

const BEGIN = /(?:^|\n)-----BEGIN ([^\r\n]*?)-----[ \t]*\r?\n/;
/** The first block, null where there is none. A block that does not decode is passed over. */
function firstPemBlock(text) {
    let rest = text;
    for (;;) {
        const begin = BEGIN.exec(rest);
        if (begin === null)
            return null;
        const body = rest.slice(begin.index + begin[0].length);
        const block = blockOf(begin[1] ?? '', body);
        if (block !== null)
            return block;
        rest = `\n${body}`;
    }
}
function blockOf(type, body) {
    const { hasHeaders, content } = withoutHeaders(body);
    const end = new RegExp(`(?:^|\\n)-----END ${go_pem_escape(type)}-----[ \\t]*(?:\\r?\\n|$)`).exec(content);
    if (end === null)
        return null;
    const encoded = content.slice(0, end.index).replaceAll(/[ \t\r\n]/g, '');
    if (base64Fault(encoded) !== null)
        return null;
    const bytes = fromBase64(encoded);
    return { type, hasHeaders, bytes, rest: content.slice(end.index + end[0].length) };
}
function withoutHeaders(body) {
    const headers = /^(?:[^\r\n:]+:[^\r\n]*\r?\n)+(?:\r?\n)?/.exec(body);
    if (headers === null)
        return { hasHeaders: false, content: body };
    return { hasHeaders: true, content: body.slice(headers[0].length) };
}
function go_pem_escape(text) {
    return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw `\$&`);
}
/** Every block of the text. */
function pemBlocks(text) {
    const blocks = [];
    for (let block = firstPemBlock(text); block !== null; block = firstPemBlock(block.rest)) {
        blocks.push(block);
    }
    return blocks;
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/name-rules.js
// Kubernetes' rules for names, labels and keys, with its texts (k8s.io/apimachinery/pkg/api/validate/content).
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = String.raw `${LABEL}(\.${LABEL})*`;
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED})?`;
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const LABEL_TEXT = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN_TEXT = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const QUALIFIED_TEXT = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE_TEXT = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const CONFIG_KEY_TEXT = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
function patternText(text, pattern, ...examples) {
    const quoted = examples.map(example => `'${example}', `).join(' or ');
    return `${text} (e.g. ${quoted}regex used for validation is '${pattern}')`;
}
function matches(pattern, value) {
    return new RegExp(`^(?:${pattern})$`).test(value);
}
function byteLength(value) {
    return Buffer.byteLength(value, 'utf8');
}
function dnsLabel(value) {
    const errors = [];
    if (byteLength(value) > 63)
        errors.push('must be no more than 63 characters');
    if (matches(LABEL, value))
        return errors;
    return matches(SUBDOMAIN, value)
        ? [...errors, 'must not contain dots']
        : [...errors, patternText(LABEL_TEXT, LABEL, 'my-name', '123-abc')];
}
function dnsSubdomain(value) {
    const errors = [];
    if (byteLength(value) > 253)
        errors.push('must be no more than 253 characters');
    if (!matches(SUBDOMAIN, value)) {
        errors.push(patternText(SUBDOMAIN_TEXT, SUBDOMAIN, 'example.com'));
    }
    return errors;
}
/** A label's key: an optional DNS prefix and a name. */
function labelKey(value) {
    const parts = value.split('/');
    const errors = [];
    if (parts.length > 2) {
        const text = patternText(`a valid label key ${QUALIFIED_TEXT}`, QUALIFIED, 'MyName', 'my.name', '123-abc');
        return [`${text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
    }
    if (parts.length === 2)
        errors.push(...prefixFaults(parts[0] ?? ''));
    const name = parts.at(-1) ?? '';
    if (name === '')
        errors.push('name part must be non-empty');
    if (byteLength(name) > 63)
        errors.push('name part must be no more than 63 bytes');
    if (!matches(QUALIFIED, name)) {
        errors.push(patternText(`name part ${QUALIFIED_TEXT}`, QUALIFIED, 'MyName', 'my.name', '123-abc'));
    }
    return errors;
}
function prefixFaults(prefix) {
    if (prefix === '')
        return ['prefix part must be non-empty'];
    return dnsSubdomain(prefix).map(text => `prefix part ${text}`);
}
function labelValue(value) {
    const errors = [];
    if (byteLength(value) > 63)
        errors.push('must be no more than 63 bytes');
    if (!matches(LABEL_VALUE, value)) {
        errors.push(patternText(LABEL_VALUE_TEXT, LABEL_VALUE, 'MyValue', 'my_value', '12345'));
    }
    return errors;
}
/** A key of a Secret's or ConfigMap's data. */
function dataKey(value) {
    const errors = [];
    if (byteLength(value) > 253)
        errors.push('must be no more than 253 characters');
    if (!matches(CONFIG_KEY, value)) {
        errors.push(patternText(CONFIG_KEY_TEXT, CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name'));
    }
    if (value === '.')
        errors.push("must not be '.'");
    else if (value === '..')
        errors.push("must not be '..'");
    else if (value.startsWith('..'))
        errors.push("must not start with '..'");
    return errors;
}
/** What no name may be, since it stands in a URL and in etcd's keys. */
function pathSegment(value) {
    if (value === '.' || value === '..')
        return [`may not be '${value}'`];
    return ['/', '%']
        .filter(letter => value.includes(letter))
        .map(letter => `may not contain '${letter}'`);
}
/** No rule: what a CertificateSigningRequest's name has. */
function anyName() {
    return [];
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/metadata.js
// Rules of metadata on create and update (k8s.io/apimachinery/pkg/api/validation/objectmeta.go).



const ANNOTATIONS_LIMIT = 262_144;
/** Errors of the metadata of one object, in the API server's order. */
function validateMetadata(object, nameRule) {
    const name = textAt(object, 'metadata', 'name');
    const prefix = textAt(object, 'metadata', 'generateName');
    return [
        ...faults('metadata.generateName', prefix, prefix === '' ? [] : nameRule(prefix.replace(/-$/, ''))),
        ...(name === ''
            ? [required('metadata.name', 'name or generateName is required')]
            : faults('metadata.name', name, nameRule(name))),
        ...labelErrors(textMembers(objectAt(object, 'metadata', 'labels'))),
        ...annotationErrors(textMembers(objectAt(object, 'metadata', 'annotations'))),
    ];
}
function faults(field, value, texts) {
    return texts.map(text => invalid(field, value, text));
}
function labelErrors(labels) {
    return Object.entries(labels).flatMap(([key, value]) => [
        ...faults('metadata.labels', key, labelKey(key)),
        ...faults('metadata.labels', value, labelValue(value)),
    ]);
}
function annotationErrors(annotations) {
    const errors = [];
    let size = 0;
    for (const [key, value] of Object.entries(annotations)) {
        errors.push(...faults('metadata.annotations', key, labelKey(key.toLowerCase())));
        size += Buffer.byteLength(key) + Buffer.byteLength(value);
    }
    if (size > ANNOTATIONS_LIMIT)
        errors.push(tooLong('metadata.annotations', ANNOTATIONS_LIMIT));
    return errors;
}
/** What a client may not choose on update: taken from the stored object where the client leaves it out. */
function keepSystemMetadata(next, old) {
    const metadata = objectIn(next, 'metadata');
    const before = objectAt(old, 'metadata');
    for (const member of ['creationTimestamp', 'deletionTimestamp', 'generation']) {
        const value = before[member];
        if (value === undefined)
            delete metadata[member];
        else
            metadata[member] = value;
    }
    const uid = before['uid'];
    if (textAt(metadata, 'uid') === '' && uid !== undefined)
        metadata['uid'] = uid;
}
/** name, namespace and uid are immutable; the server reports a changed uid twice, once per pass. */
function immutableMetadata(next, old) {
    return ['name', 'namespace', 'uid']
        .filter(member => !same(json_at(next, 'metadata', member), json_at(old, 'metadata', member)))
        .map(member => invalid(`metadata.${member}`, textAt(next, 'metadata', member), 'field is immutable'));
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/strategy.js
/** A kind without anything of its own; others start from it. */
const PLAIN = {
    resetFields: {},
    selectableFields: () => ({}),
    unknownField: field => `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    convert: () => undefined,
    prepareForCreate: () => undefined,
    admitCreate: () => undefined,
    prepareForUpdate: () => undefined,
    validateUpdate: () => [],
    admitUpdate: () => undefined,
    warnings: () => [],
};

;// CONCATENATED MODULE: ./build/sandbox/cluster/core-strategies.js
// Secrets, ConfigMaps and Namespaces (kubernetes/pkg/registry/core, pkg/apis/core/validation).







const DATA_LIMIT = 1_048_576;
const TLS = 'kubernetes.io/tls';
function keyErrors(data, field) {
    return Object.keys(data).flatMap(key => dataKey(key).map(text => invalid(`${field}[${key}]`, key, text)));
}
function decodedSize(data) {
    const values = Object.values(textMembers(data));
    return values.reduce((sum, value) => sum + fromBase64(value).length, 0);
}
function validateSecret(secret) {
    const data = objectAt(secret, 'data');
    return [
        ...validateMetadata(secret, dnsSubdomain),
        ...keyErrors(data, 'data'),
        ...(decodedSize(data) > DATA_LIMIT ? [tooLong('data', DATA_LIMIT)] : []),
        ...(textAt(secret, 'type') === TLS ? tlsErrors(data) : []),
    ];
}
function tlsErrors(data) {
    return ['tls.crt', 'tls.key']
        .filter(key => !Object.hasOwn(data, key))
        .map(key => required(`data[${key}]`));
}
function validateSecretUpdate(next, old) {
    const type = textAt(next, 'type');
    const changed = type !== textAt(old, 'type');
    return [
        ...immutableMetadata(next, old),
        ...(changed ? [invalid('type', type, 'field is immutable')] : []),
        ...(json_at(old, 'immutable') === true ? immutableDataErrors(next, old) : []),
        ...validateSecret(next),
    ];
}
function immutableDataErrors(next, old) {
    const text = 'field is immutable when `immutable` is set';
    return [
        ...(json_at(next, 'immutable') === true ? [] : [forbiddenField('immutable', text)]),
        ...(same(json_at(next, 'data'), json_at(old, 'data')) ? [] : [forbiddenField('data', text)]),
    ];
}
/** A pair that crypto/tls would not load is stored all the same, with a warning. */
function tlsWarnings(secret) {
    if (textAt(secret, 'type') !== TLS)
        return [];
    const certificate = Buffer.from(textAt(secret, 'data', 'tls.crt'), 'base64').toString('latin1');
    return firstPemBlock(certificate) === null
        ? ['tls: failed to find any PEM data in certificate input']
        : [];
}
/** stringData is write-only: it ends up in data. */
function mergeStringData(secret) {
    for (const [key, text] of Object.entries(textMembers(objectAt(secret, 'stringData')))) {
        objectIn(secret, 'data')[key] = toBase64(Buffer.from(text, 'utf8'));
    }
    delete secret['stringData'];
}
const SECRET_STRATEGY = {
    ...PLAIN,
    nameRule: dnsSubdomain,
    selectableFields: secret => ({ type: textAt(secret, 'type') }),
    unknownField: field => `field label not supported: ${field}`,
    convert: secret => {
        mergeStringData(secret);
        if (textAt(secret, 'type') === '')
            secret['type'] = 'Opaque';
    },
    validate: validateSecret,
    validateUpdate: validateSecretUpdate,
    warnings: tlsWarnings,
};
function validateConfigMap(map) {
    const data = objectAt(map, 'data');
    const binary = objectAt(map, 'binaryData');
    const texts = Object.values(textMembers(data));
    const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), decodedSize(binary));
    return [
        ...validateMetadata(map, dnsSubdomain),
        ...keyErrors(data, 'data'),
        ...keyErrors(binary, 'binaryData'),
        // The real server names no field here.
        ...(size > DATA_LIMIT ? [tooLong('[]', DATA_LIMIT)] : []),
    ];
}
const CONFIG_MAP_STRATEGY = {
    ...PLAIN,
    nameRule: dnsSubdomain,
    validate: validateConfigMap,
    validateUpdate: (next, old) => [...immutableMetadata(next, old), ...validateConfigMap(next)],
};
const NAMESPACE_STRATEGY = {
    ...PLAIN,
    nameRule: dnsLabel,
    resetFields: { '': ['spec', 'status'] },
    convert: namespace => {
        const name = textAt(namespace, 'metadata', 'name');
        objectIn(objectIn(namespace, 'metadata'), 'labels')['kubernetes.io/metadata.name'] = name;
    },
    prepareForCreate: namespace => {
        objectIn(namespace, 'spec')['finalizers'] = ['kubernetes'];
        namespace['status'] = { phase: 'Active' };
    },
    validate: namespace => validateMetadata(namespace, dnsLabel),
};

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var dist = __webpack_require__(8815);
;// CONCATENATED MODULE: ./build/sandbox/cluster/schema.js
// The shape of each kind, as Go's structs have it: order of members, types, what is left out when empty.
const schema_text = { type: 'string', go: 'string' };
const time = { type: 'time' };
const bool = { type: 'bool' };
function omit(of) {
    return { of, empty: 'omit' };
}
function keep(of) {
    return { of, empty: 'keep' };
}
function pointer(of) {
    return { of, empty: 'pointer' };
}
function list(of, go) {
    return { type: 'list', of, go: `[]${go}` };
}
function map(of, go) {
    return { type: 'map', of, go: `map[string]${go}` };
}
function struct(go, fields) {
    return { type: 'struct', go, fields };
}
const OWNER_REFERENCE = struct('OwnerReference', {
    apiVersion: keep(schema_text),
    kind: keep(schema_text),
    name: keep(schema_text),
    uid: keep(schema_text),
    controller: pointer(bool),
    blockOwnerDeletion: pointer(bool),
});
const MANAGED_FIELDS = struct('ManagedFieldsEntry', {
    manager: omit(schema_text),
    operation: omit(schema_text),
    apiVersion: omit(schema_text),
    time: omit(time),
    fieldsType: omit(schema_text),
    fieldsV1: pointer({ type: 'any' }),
    subresource: omit(schema_text),
});
const OBJECT_META = struct('ObjectMeta', {
    name: omit(schema_text),
    generateName: omit(schema_text),
    namespace: omit(schema_text),
    selfLink: omit(schema_text),
    uid: omit({ type: 'string', go: 'types.UID' }),
    resourceVersion: omit(schema_text),
    generation: omit({ type: 'int', go: 'int64' }),
    creationTimestamp: omit(time),
    deletionTimestamp: omit(time),
    deletionGracePeriodSeconds: pointer({ type: 'int', go: 'int64' }),
    labels: omit(map(schema_text, 'string')),
    annotations: omit(map(schema_text, 'string')),
    ownerReferences: omit(list(OWNER_REFERENCE, 'v1.OwnerReference')),
    finalizers: omit(list(schema_text, 'string')),
    managedFields: omit(list(MANAGED_FIELDS, 'v1.ManagedFieldsEntry')),
});
function kind(go, fields) {
    return struct(go, {
        kind: omit(schema_text),
        apiVersion: omit(schema_text),
        metadata: keep(OBJECT_META),
        ...fields,
    });
}
const CONDITION = struct('CertificateSigningRequestCondition', {
    type: keep({ type: 'string', go: 'v1.RequestConditionType' }),
    status: keep({ type: 'string', go: 'v1.ConditionStatus' }),
    reason: omit(schema_text),
    message: omit(schema_text),
    lastUpdateTime: omit(time),
    lastTransitionTime: omit(time),
});
const SIGNING_REQUEST_SPEC = struct('CertificateSigningRequestSpec', {
    request: keep({ type: 'bytes' }),
    signerName: keep(schema_text),
    expirationSeconds: pointer({ type: 'int', go: 'int32' }),
    usages: omit(list({ type: 'string', go: 'v1.KeyUsage' }, 'v1.KeyUsage')),
    username: omit(schema_text),
    uid: omit(schema_text),
    groups: omit(list(schema_text, 'string')),
    extra: omit(map(list(schema_text, 'string'), 'v1.ExtraValue')),
});
const SIGNING_REQUEST_STATUS = struct('CertificateSigningRequestStatus', {
    conditions: omit(list(CONDITION, 'v1.CertificateSigningRequestCondition')),
    certificate: omit({ type: 'bytes' }),
});
/** Struct of each kind. */
const SCHEMAS = {
    Secret: kind('Secret', {
        immutable: pointer(bool),
        data: omit(map({ type: 'bytes' }, '[]uint8')),
        stringData: omit(map(schema_text, 'string')),
        type: omit({ type: 'string', go: 'v1.SecretType' }),
    }),
    ConfigMap: kind('ConfigMap', {
        immutable: pointer(bool),
        data: omit(map(schema_text, 'string')),
        binaryData: omit(map({ type: 'bytes' }, '[]uint8')),
    }),
    Namespace: kind('Namespace', {
        spec: keep(struct('NamespaceSpec', { finalizers: omit(list(schema_text, 'v1.FinalizerName')) })),
        status: keep(struct('NamespaceStatus', { phase: omit(schema_text), conditions: omit({ type: 'any' }) })),
    }),
    CertificateSigningRequest: kind('CertificateSigningRequest', {
        spec: keep(SIGNING_REQUEST_SPEC),
        status: keep(SIGNING_REQUEST_STATUS),
    }),
};

;// CONCATENATED MODULE: ./build/sandbox/cluster/body.js
// The body of a write → an object of the kind the path names, or the 400 the API server gives.






/** The JSON of a body that must be an object of this kind. */
function readBody(body, resource) {
    const value = body.type === 'application/yaml' ? yamlOf(body.text) : jsonOf(body.text, resource);
    if (!isObject(value))
        throw unrecognized(resource, 'json: cannot unmarshal', body.text);
    return value;
}
function jsonOf(text, resource) {
    try {
        return parseJson(text);
    }
    catch {
        throw unrecognized(resource, 'unexpected end of JSON input', text);
    }
}
function yamlOf(text) {
    try {
        const value = (0,dist/* parse */.qg)(text);
        return parseJson(JSON.stringify(value ?? null));
    }
    catch (error) {
        throw badRequest(`error converting YAML to JSON: ${error instanceof Error ? error.message : ''}`);
    }
}
function unrecognized(resource, fault, text) {
    const shown = text === '' ? '<empty>' : text;
    return badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): couldn't get version/kind; json parse error: ${fault} (${shown})`);
}
/** YAML or JSON of an apply patch. */
function readApplied(body, resource) {
    const value = yamlOf(body.text);
    if (!isObject(value))
        throw badRequest('error decoding YAML: not an object');
    const kind = textAt(value, 'kind');
    const version = textAt(value, 'apiVersion');
    if (kind !== resource.kind || version !== apiVersion(resource)) {
        const title = version.includes('/') ? version : `/${version}`;
        throw badRequest(`invalid object type: ${title}, Kind=${kind}`);
    }
    return value;
}
/** Decodes into the kind; the warnings say which members the kind does not have. */
function decodeObject(value, resource, options) {
    refuseOtherKind(value, resource);
    const schema = SCHEMAS[resource.kind];
    if (schema === undefined)
        throw internal(`no schema for ${resource.kind}`);
    try {
        const { object, unknownFields } = decode(value, schema);
        const unknown = unknownFields.map(field => `unknown field ${JSON.stringify(field)}`);
        if (options.isStrict && unknown.length > 0) {
            throw new DecodeError(`strict decoding error: ${unknown.join(', ')}`);
        }
        object['kind'] = resource.kind;
        object['apiVersion'] = apiVersion(resource);
        return { object, warnings: options.warnsUnknownFields ? unknown : [] };
    }
    catch (error) {
        if (!(error instanceof DecodeError))
            throw error;
        throw badRequest(`${handling(resource, resource.kind)}: ${error.message}`);
    }
}
function handling(resource, kind, version = resource.version) {
    return `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${resource.kind}`;
}
function refuseOtherKind(value, resource) {
    const kind = textAt(value, 'kind') || resource.kind;
    const version = textAt(value, 'apiVersion') || apiVersion(resource);
    if (version !== apiVersion(resource)) {
        const short = version.split('/').at(-1) ?? version;
        const known = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(version)} in scheme "pkg/runtime/scheme.go:111"`;
        throw badRequest(`${handling(resource, kind, short)}: ${known}`);
    }
    if (kind === resource.kind)
        return;
    const pair = `converting (v1.${kind}) to (core.${resource.kind}): unknown conversion`;
    throw badRequest(`${handling(resource, kind)}: ${pair}`);
}
/** The JSON of a merge or JSON patch. */
function patchOf(text) {
    try {
        return parseJson(text);
    }
    catch {
        throw badRequest('error decoding patch: unexpected end of JSON input');
    }
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/field-set.js
// Sets of fields for server-side apply: the leaves of an object as paths, and FieldsV1 ⇄ paths
// (sigs.k8s.io/structured-merge-diff). A path is a list of FieldsV1 keys joined by a character no key holds.

const JOIN = '\u0000';
const SELF = '.';
/** Never owned by anybody: they are the server's, or say which object it is. */
const STRIPPED = new Set([
    'f:apiVersion',
    'f:kind',
    'f:metadata',
    ...[
        'name',
        'namespace',
        'uid',
        'selfLink',
        'generation',
        'creationTimestamp',
        'resourceVersion',
        'managedFields',
    ].map(member => ['f:metadata', `f:${member}`].join(JOIN)),
]);
/** Structs, which have no field of their own beside their members. */
const STRUCTS = new Set(['f:spec', 'f:status', 'f:metadata']);
/** Lists merged item by item: by a key, or (null) as a set. */
const LIST_KEYS = {
    'f:conditions': 'type',
    'f:ownerReferences': 'uid',
    'f:finalizers': null,
};
/** Every leaf with its value. Maps and keyed items are leaves of their own (`.`) where `withParents` is set. */
function leavesOf(object, withParents) {
    const leaves = new Map();
    for (const [member, value] of Object.entries(object)) {
        collect(value, [`f:${member}`], leaves, withParents);
    }
    return leaves;
}
function collect(value, path, leaves, withParents) {
    const name = path.join(JOIN);
    if (STRIPPED.has(name) && name !== 'f:metadata')
        return;
    const children = childrenOf(value, path);
    if (children === null) {
        leaves.set(name, value);
        return;
    }
    const isItem = path.at(-1)?.startsWith('k:') === true;
    if ((withParents && !STRUCTS.has(name)) || isItem)
        leaves.set([...path, SELF].join(JOIN), true);
    for (const [key, child] of children)
        collect(child, [...path, key], leaves, withParents);
}
function childrenOf(value, path) {
    if (isObject(value)) {
        const members = Object.entries(value);
        return members.length === 0
            ? null
            : members.map(([member, child]) => [`f:${member}`, child]);
    }
    const last = path.at(-1) ?? '';
    if (!Array.isArray(value) || !Object.hasOwn(LIST_KEYS, last))
        return null;
    const key = LIST_KEYS[last] ?? null;
    return value.map((item) => [itemKey(item, key), item]);
}
function itemKey(item, key) {
    if (key === null || !isObject(item))
        return `v:${JSON.stringify(item)}`;
    return `k:${JSON.stringify({ [key]: item[key] ?? null })}`;
}
function isReset(path, resets) {
    return resets.some(reset => {
        const prefix = reset
            .split('.')
            .map(member => `f:${member}`)
            .join(JOIN);
        return path === prefix || path.startsWith(prefix + JOIN);
    });
}
/** `.data.tls.crt`, `.status.conditions[type="Approved"].reason`: a path as a conflict names it. */
function pathText(path) {
    return path
        .split(JOIN)
        .map(part => {
        if (part.startsWith('f:'))
            return `.${part.slice(2)}`;
        if (part.startsWith('v:'))
            return `[=${part.slice(2)}]`;
        if (!part.startsWith('k:'))
            return '';
        return `[${part.slice(3, -1).replace(/^"([^"]*)":/, '$1=')}]`;
    })
        .join('');
}
function isSelf(path) {
    return path.endsWith(JOIN + SELF);
}
/** FieldsV1 of a set. */
function encodeFields(paths) {
    const root = {};
    for (const path of [...paths].sort()) {
        let here = root;
        for (const part of path.split(JOIN)) {
            const next = here[part];
            const child = isObject(next) ? next : {};
            here[part] = child;
            here = child;
        }
    }
    return root;
}
/** The set of FieldsV1: its leaves. */
function decodeFields(fields) {
    const paths = new Set();
    if (isObject(fields))
        decodeInto(fields, [], paths);
    return paths;
}
function decodeInto(fields, path, paths) {
    for (const [part, child] of Object.entries(fields)) {
        const here = [...path, part];
        if (!isObject(child) || Object.keys(child).length === 0)
            paths.add(here.join(JOIN));
        else
            decodeInto(child, here, paths);
    }
}
/** Paths whose value was added or changed, and paths that are gone. */
function compareLeaves(before, after) {
    const changed = [...after].filter(([path, value]) => !same(before.get(path), value));
    const removed = [...before.keys()].filter(path => !after.has(path));
    return { changed: new Set(changed.map(([path]) => path)), removed: new Set(removed) };
}
/** Takes the value at a path out of an object. */
function removePath(object, path) {
    const parts = path.split(JOIN);
    if (parts.at(-1) === SELF)
        parts.pop();
    let here = object;
    for (const part of parts.slice(0, -1))
        here = step(here, part);
    const last = parts.at(-1) ?? '';
    if (isObject(here))
        delete here[last.slice(2)];
    else if (Array.isArray(here)) {
        const index = positionOf(here, last);
        if (index >= 0)
            here.splice(index, 1);
    }
}
function step(value, part) {
    if (isObject(value))
        return value[part.slice(2)];
    return Array.isArray(value) ? value[positionOf(value, part)] : undefined;
}
function positionOf(list, part) {
    return list.findIndex(item => part.startsWith('v:')
        ? JSON.stringify(item) === part.slice(2)
        : Object.entries(parsedKey(part)).every(([key, value]) => isObject(item) && same(item[key], value)));
}
function parsedKey(part) {
    const match = /^k:\{"([^"]*)":(.*)\}$/.exec(part);
    if (match === null)
        return {};
    const value = JSON.parse(match[2] ?? 'null');
    return { [match[1] ?? '']: typeof value === 'string' ? value : null };
}
/** Lays one object over another: members and keyed items merge, everything else is replaced. */
function mergeApplied(live, applied, list = '') {
    if (isObject(applied)) {
        const result = isObject(live) ? { ...live } : {};
        for (const [member, value] of Object.entries(applied)) {
            result[member] = mergeApplied(result[member], value, `f:${member}`);
        }
        return result;
    }
    if (!Array.isArray(applied) || !Object.hasOwn(LIST_KEYS, list))
        return applied;
    const key = LIST_KEYS[list] ?? null;
    const result = Array.isArray(live) ? [...live] : [];
    for (const item of applied) {
        const index = result.findIndex(other => itemKey(other, key) === itemKey(item, key));
        if (index < 0)
            result.push(item);
        else
            result[index] = mergeApplied(result[index], item);
    }
    return result;
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/managed-fields.js
// Who owns which field of an object: metadata.managedFields for updates and for server-side apply
// (k8s.io/apimachinery/pkg/util/managedfields, sigs.k8s.io/structured-merge-diff/merge).



function readEntries(object) {
    return json_listAt(object, 'metadata', 'managedFields').map(entry => ({
        manager: textAt(entry, 'manager'),
        operation: textAt(entry, 'operation'),
        apiVersion: textAt(entry, 'apiVersion'),
        subresource: textAt(entry, 'subresource'),
        time: textAt(entry, 'time'),
        fields: decodeFields(json_at(entry, 'fieldsV1')),
    }));
}
function writeEntries(object, entries) {
    const metadata = objectIn(object, 'metadata');
    const kept = entries.filter(entry => entry.fields.size > 0).sort(byAge);
    if (kept.length === 0)
        delete metadata['managedFields'];
    else
        metadata['managedFields'] = kept.map(encodeEntry);
}
function byAge(a, b) {
    const order = (x, y) => Number(x > y) - Number(x < y);
    return order(a.operation, b.operation) || order(a.time, b.time) || order(a.manager, b.manager);
}
function encodeEntry(entry) {
    return {
        manager: entry.manager,
        operation: entry.operation,
        apiVersion: entry.apiVersion,
        ...(entry.time === '' ? {} : { time: entry.time }),
        fieldsType: 'FieldsV1',
        fieldsV1: encodeFields(entry.fields),
        ...(entry.subresource === '' ? {} : { subresource: entry.subresource }),
    };
}
function isOf(entry, writer, operation) {
    return (entry.manager === writer.manager &&
        entry.operation === operation &&
        entry.subresource === writer.subresource);
}
/** Sets managedFields of `next` after a create, replace or patch by this writer; `old` is null for a create. */
function trackUpdate(next, old, writer) {
    // Nobody applied this object yet, and nothing was tracked at its creation: so it stays (skipnonapplied.go).
    if (old !== null && json_listAt(old, 'metadata', 'managedFields').length === 0)
        return;
    const before = old === null ? new Map() : leavesOf(old, true);
    const { changed, removed } = compareLeaves(before, leavesOf(next, true));
    const owned = new Set([...changed].filter(path => !isReset(path, writer.resets)));
    const entries = old === null ? [] : readEntries(old);
    for (const entry of entries) {
        const own = isOf(entry, writer, 'Update');
        drop(entry.fields, removed);
        if (!own)
            drop(entry.fields, new Set([...owned].filter(path => !isSelf(path))));
    }
    if (owned.size > 0)
        claim(entries, writer, owned);
    writeEntries(next, entries);
}
function drop(fields, gone) {
    for (const path of gone)
        fields.delete(path);
}
function claim(entries, writer, fields) {
    const found = entries.find(entry => isOf(entry, writer, 'Update'));
    const entry = found ?? newEntry(writer, 'Update');
    if (found === undefined)
        entries.push(entry);
    for (const path of fields)
        entry.fields.add(path);
    entry.time = writer.time;
}
function newEntry(writer, operation) {
    const { manager, apiVersion, subresource, time } = writer;
    return { manager, operation, apiVersion, subresource, time, fields: new Set() };
}
/**
 * Server-side apply: the object that results, managedFields included. `live` is null for a create. Fields this
 * manager applied before and leaves out now are removed where nobody else owns them. Throws the 409 of a conflict.
 */
function applyObject(live, applied, writer, force) {
    const wanted = leavesOf(applied, false);
    const owned = new Set([...wanted.keys()].filter(path => !isReset(path, writer.resets)));
    const entries = live === null ? [] : entriesForApply(live, writer);
    const others = entries.filter(entry => !isOf(entry, writer, 'Apply'));
    settleConflicts(live, others, owned, wanted, force);
    const mine = entries.find(entry => isOf(entry, writer, 'Apply')) ?? {
        ...newEntry(writer, 'Apply'),
        time: '',
    };
    const merged = merge(live, applied);
    for (const path of mine.fields) {
        if (!owned.has(path) && !others.some(entry => entry.fields.has(path)))
            removePath(merged, path);
    }
    const next = {
        ...mine,
        fields: owned,
        time: isSameContent(merged, live) ? mine.time : writer.time,
    };
    writeEntries(merged, [...others, next]);
    return merged;
}
function merge(live, applied) {
    const merged = mergeApplied(live === null ? {} : copy(live), copy(applied));
    return isObject(merged) ? merged : {};
}
/** An object nobody ever applied or tracked gets an owner for what it holds. */
function entriesForApply(live, writer) {
    const entries = readEntries(live);
    if (entries.length > 0)
        return entries;
    const before = newEntry({ ...writer, manager: 'before-first-apply', subresource: '' }, 'Update');
    for (const path of leavesOf(live, true).keys()) {
        if (!isReset(path, writer.resets))
            before.fields.add(path);
    }
    return [before];
}
function isSameContent(merged, live) {
    if (live === null)
        return false;
    const { changed, removed } = compareLeaves(leavesOf(live, true), leavesOf(merged, true));
    return changed.size === 0 && removed.size === 0;
}
function settleConflicts(live, others, owned, wanted, force) {
    const values = live === null ? new Map() : leavesOf(live, false);
    const conflicts = [];
    for (const entry of [...others].sort((a, b) => (a.manager < b.manager ? -1 : 1))) {
        const lost = [...entry.fields].filter(path => owned.has(path) && !isSelf(path) && !same(wanted.get(path), values.get(path)));
        conflicts.push(...lost.sort().map(path => ({ with: ownerText(entry), path: pathText(path) })));
        if (force)
            drop(entry.fields, new Set(lost));
    }
    if (conflicts.length > 0 && !force)
        throw conflictError(conflicts);
}
function ownerText(entry) {
    const subresource = entry.subresource === '' ? '' : ` with subresource ${JSON.stringify(entry.subresource)}`;
    const version = entry.operation === 'Update' ? ` using ${entry.apiVersion}` : '';
    return `${JSON.stringify(entry.manager)}${subresource}${version}`;
}
function conflictError(conflicts) {
    const [first] = conflicts;
    const text = conflicts.length === 1 && first !== undefined
        ? `1 conflict: conflict with ${first.with}: ${first.path}`
        : `${conflicts.length} conflicts: ${conflictList(conflicts)}`;
    const causes = conflicts.map(({ with: owner, path }) => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${owner}`,
        field: path,
    }));
    return new StatusError(409, 'Conflict', `Apply failed with ${text}`, { causes });
}
function conflictList(conflicts) {
    const owners = [...new Set(conflicts.map(conflict => conflict.with))];
    const lines = owners.flatMap(owner => [
        `conflicts with ${owner}:`,
        ...conflicts.filter(other => other.with === owner).map(({ path }) => `- ${path}`),
    ]);
    return lines.join('\n');
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/patch.js
// Merge patches (RFC 7386) and JSON patches (RFC 6902). Strategic merge patches act as merge patches: the kinds here
// have no list the API server would merge item by item, except conditions, which it replaces.


function mergePatch(target, patch) {
    if (!isObject(patch))
        return copy(patch);
    const result = copy(target);
    for (const [member, value] of Object.entries(patch)) {
        if (value === null) {
            delete result[member];
            continue;
        }
        const before = result[member];
        result[member] = isObject(value)
            ? mergePatch(isObject(before) ? before : {}, value)
            : copy(value);
    }
    return result;
}
function unprocessable() {
    const message = 'the server rejected our request due to an error in our request';
    return new StatusError(422, 'Invalid', message, {});
}
function jsonPatch(target, patch) {
    if (!Array.isArray(patch)) {
        const kind = isObject(patch) ? 'object' : typeof patch;
        throw badRequest(`error decoding patch: json: cannot unmarshal ${kind} into Go value of type []handlers.jsonPatchOp`);
    }
    const root = [copy(target)];
    for (const operation of patch)
        apply(root, operation);
    return root[0] ?? null;
}
/** `root` holds the document as its only item, so that the path '' has a parent too. */
function apply(root, operation) {
    if (!isObject(operation))
        throw unprocessable();
    const path = ['0', ...patch_pointer(operation['path'])];
    switch (operation['op']) {
        case 'add':
            add(root, path, operation['value'] ?? null);
            return;
        case 'remove':
            remove(root, path);
            return;
        case 'replace':
            remove(root, path);
            add(root, path, operation['value'] ?? null);
            return;
        case 'test':
            if (!same(find(root, path), operation['value'] ?? null))
                throw unprocessable();
            return;
        case 'move':
        case 'copy': {
            const from = ['0', ...patch_pointer(operation['from'])];
            const value = copy(find(root, from));
            if (operation['op'] === 'move')
                remove(root, from);
            add(root, path, value);
            return;
        }
        default:
            throw unprocessable();
    }
}
function patch_pointer(path) {
    if (typeof path !== 'string')
        throw unprocessable();
    if (path === '')
        return [];
    if (!path.startsWith('/'))
        throw unprocessable();
    return path
        .slice(1)
        .split('/')
        .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
function find(root, path) {
    let here = root;
    for (const part of path) {
        if (Array.isArray(here))
            here = here[Number(part)];
        else
            here = isObject(here) ? here[part] : undefined;
    }
    if (here === undefined)
        throw unprocessable();
    return here;
}
function add(root, path, value) {
    const parent = find(root, path.slice(0, -1));
    const last = path.at(-1) ?? '';
    if (path.length === 1)
        root[0] = value;
    else if (isObject(parent))
        parent[last] = value;
    else if (Array.isArray(parent))
        parent.splice(last === '-' ? parent.length : Number(last), 0, value);
    else
        throw unprocessable();
}
function remove(root, path) {
    find(root, path);
    const parent = find(root, path.slice(0, -1));
    const last = path.at(-1) ?? '';
    if (path.length === 1)
        root[0] = null;
    else if (isObject(parent))
        delete parent[last];
    else if (Array.isArray(parent))
        parent.splice(Number(last), 1);
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/preconditions.js
// What must hold before an object is written or deleted: its address, its revision, its uid.





/** The body's name must be the URL's. */
function checkAddress({ resource, namespace, name }, object) {
    const said = textAt(object, 'metadata', 'name');
    if (said === '') {
        const text = `the name of the object (${name} based on URL) was undeterminable: name must be provided`;
        throw badRequest(text);
    }
    if (said !== name) {
        throw badRequest(`the name of the object (${said}) does not match the name on the URL (${name})`);
    }
    const space = textAt(object, 'metadata', 'namespace');
    if (resource.namespaced && space !== '' && space !== namespace)
        throw namespaceMismatch();
}
function namespaceMismatch() {
    return badRequest('the namespace of the provided object does not match the namespace sent on the request');
}
/** A resourceVersion in the body must be the stored one; none is an unconditional update. */
function checkRevision({ resource, name }, old, next) {
    const said = textAt(next, 'metadata', 'resourceVersion');
    if (said === '' || said === '0')
        return;
    if (!/^\d+$/.test(said)) {
        throw internal(`strconv.ParseUint: parsing ${JSON.stringify(said)}: invalid syntax`);
    }
    if (said !== textAt(old, 'metadata', 'resourceVersion'))
        throw modified(resource, name);
}
/** A PUT that names another uid than the stored object's. */
function uidPrecondition({ resource, namespace, name }, said, stored) {
    const scope = resource.namespaced ? `${namespace}/` : '';
    const key = `/registry/${resource.plural}/${scope}${name}`;
    const failed = `Precondition failed: UID in precondition: ${said}, UID in object meta: ${stored}`;
    const text = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${failed}`;
    return conflict(resource, name, text);
}
/** An apply that names a uid where there is no object. */
function uidWithoutObject({ resource, name }, uid) {
    const text = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    return conflict(resource, name, text);
}
function checkDeletion({ resource, name }, old, preconditions) {
    const title = { plural: resource.kind, group: resource.group };
    const uid = textAt(preconditions, 'uid');
    const oldUid = textAt(old, 'metadata', 'uid');
    if (uid !== '' && uid !== oldUid) {
        const text = `the UID in the precondition (${uid}) does not match the UID in record (${oldUid}). The object might have been deleted and then recreated`;
        throw conflict(title, name, text);
    }
    const revision = textAt(preconditions, 'resourceVersion');
    const oldRevision = textAt(old, 'metadata', 'resourceVersion');
    if (revision !== '' && revision !== oldRevision) {
        const text = `the ResourceVersion in the precondition (${revision}) does not match the ResourceVersion in record (${oldRevision}). The object might have been modified`;
        throw conflict(title, name, text);
    }
}
function pathErrors(name) {
    return pathSegment(name).map(text => invalid('metadata.name', name, text));
}
function refuseInvalid({ resource }, name, errors) {
    if (errors.length > 0)
        throw invalidObject(resource, name, errors);
}
/** Unknown members are a warning elsewhere; an apply patch must fit its schema. */
function refuseUndeclared({ resource, name }, warnings) {
    const [first] = warnings;
    if (first === undefined)
        return;
    const field = /"(.*)"/.exec(first)?.[1] ?? '';
    const version = apiVersion(resource);
    const title = `/${name}; ${version.includes('/') ? version : `/${version}`}, Kind=${resource.kind}`;
    throw internal(`failed to create typed patch object (${title}): .${field}: field not declared in schema`);
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/registry.js









class Registry {
    #parts;
    constructor(parts) {
        this.#parts = parts;
    }
    strategy(resource) {
        const found = this.#parts.strategies.get(resource);
        if (found === undefined)
            throw noSuchResource();
        return found;
    }
    read({ resource, namespace, name }) {
        const found = this.#parts.store.read(resource, namespace, name);
        if (found === null)
            throw notFound(resource, name);
        return found;
    }
    create(target, body) {
        const value = readBody(body, target.resource);
        const { object, warnings } = decodeObject(value, target.resource, target.options);
        return this.#insert(target, object, warnings);
    }
    replace(target, body) {
        const value = readBody(body, target.resource);
        const { object, warnings } = decodeObject(value, target.resource, target.options);
        checkAddress(target, object);
        const old = this.read(target);
        const uid = textAt(object, 'metadata', 'uid');
        const oldUid = textAt(old, 'metadata', 'uid');
        if (uid !== '' && uid !== oldUid)
            throw uidPrecondition(target, uid, oldUid);
        return this.#update(target, old, object, warnings);
    }
    /** `type` is the media type of the patch. */
    patch(target, body) {
        if (body.type === 'application/apply-patch+yaml')
            return this.#apply(target, body);
        const old = this.read(target);
        const patch = patchOf(body.text);
        const patched = body.type === 'application/json-patch+json' ? jsonPatch(old, patch) : mergePatch(old, patch);
        if (!isObject(patched))
            throw badRequest('the patched value is not an object');
        const { object, warnings } = decodeObject(patched, target.resource, target.options);
        checkAddress(target, object);
        return this.#update(target, old, object, warnings);
    }
    #apply(target, body) {
        const { resource, options } = target;
        const applied = readApplied(body, resource);
        if (applied['metadata'] !== undefined && 'managedFields' in objectAt(applied, 'metadata')) {
            throw badRequest('metadata.managedFields must be nil');
        }
        refuseUndeclared(target, decodeObject(applied, resource, options).warnings);
        checkAddress(target, applied);
        const { store } = this.#parts;
        const old = store.read(resource, target.namespace, target.name);
        const next = applyObject(old, applied, this.#writer(target), options.force);
        const { object } = decodeObject(next, resource, options);
        if (old !== null)
            return this.#update(target, old, object, [], true);
        if (target.subresource !== '')
            throw notFound(resource, target.name);
        const uid = textAt(object, 'metadata', 'uid');
        if (uid !== '')
            throw uidWithoutObject(target, uid);
        this.#demandCreate(target);
        // An apply that finds nothing creates, whatever resourceVersion it names.
        delete objectIn(object, 'metadata')['resourceVersion'];
        return this.#insert(target, object, [], true);
    }
    /** Deletes if the preconditions hold; the answer is what was deleted. */
    remove(target, preconditions) {
        const old = this.read(target);
        checkDeletion(target, old, preconditions);
        const { store } = this.#parts;
        if (target.options.isDryRun)
            return old;
        store.remove(target.resource, old);
        if (target.resource === NAMESPACES)
            this.#emptyNamespace(target.name);
        return old;
    }
    #emptyNamespace(name) {
        for (const resource of this.#parts.strategies.keys()) {
            if (!resource.namespaced)
                continue;
            for (const object of this.#parts.store.list(resource, name)) {
                this.#parts.store.remove(resource, object);
            }
        }
    }
    #insert(target, object, warned, tracked = false) {
        const { resource, user, options } = target;
        const { store, uuid, now } = this.#parts;
        const strategy = this.strategy(resource);
        this.#placeNew(target, object);
        strategy.convert(object);
        strategy.prepareForCreate(object, user);
        const metadata = objectIn(object, 'metadata');
        metadata['uid'] = uuid();
        metadata['creationTimestamp'] = timeText(now());
        const name = textAt(metadata, 'name');
        refuseInvalid(target, name, strategy.validate(object));
        refuseInvalid(target, name, pathErrors(name));
        strategy.admitCreate(object, user);
        if (!options.isDryRun && textAt(metadata, 'resourceVersion') !== '') {
            throw internal('resourceVersion should not be set on objects to be created');
        }
        delete metadata['resourceVersion'];
        if (store.read(resource, target.namespace, name) !== null) {
            throw alreadyExists(resource, name);
        }
        if (!tracked)
            trackUpdate(object, null, this.#writer(target));
        const warnings = [...warned, ...strategy.warnings(object)];
        const stored = options.isDryRun ? object : store.write(resource, object);
        return { code: 201, object: stored, warnings };
    }
    /** Name and namespace of a new object; a namespace that is not there is a 404 before anything else. */
    #placeNew({ resource, namespace }, object) {
        const metadata = objectIn(object, 'metadata');
        const said = textAt(metadata, 'namespace');
        if (!resource.namespaced)
            delete metadata['namespace'];
        else if (said !== '' && said !== namespace)
            throw namespaceMismatch();
        else
            metadata['namespace'] = namespace;
        const prefix = textAt(metadata, 'generateName');
        if (prefix !== '' && textAt(metadata, 'name') === '') {
            metadata['name'] = `${prefix.slice(0, 58)}${this.#parts.suffix()}`;
        }
        if (resource.namespaced && !this.#parts.store.namespaceExists(namespace)) {
            throw notFound(NAMESPACES, namespace);
        }
    }
    #update(target, old, next, warned, tracked = false) {
        const { resource, subresource, user, options } = target;
        const strategy = this.strategy(resource);
        checkRevision(target, old, next);
        strategy.convert(next);
        if (resource.namespaced)
            objectIn(next, 'metadata')['namespace'] = target.namespace;
        else
            delete objectIn(next, 'metadata')['namespace'];
        strategy.prepareForUpdate(next, old, subresource);
        keepSystemMetadata(next, old);
        if (!tracked)
            trackUpdate(next, old, this.#writer(target));
        const errors = strategy.validateUpdate(next, old, subresource);
        refuseInvalid(target, target.name, [...immutableMetadata(next, old), ...errors]);
        strategy.admitUpdate(next, old, subresource, user);
        const warnings = [...warned, ...strategy.warnings(next)];
        objectIn(next, 'metadata')['resourceVersion'] = textAt(old, 'metadata', 'resourceVersion');
        if (same(next, old))
            return { code: 200, object: old, warnings };
        const stored = options.isDryRun ? next : this.#parts.store.write(resource, next);
        return { code: 200, object: copy(stored), warnings };
    }
    #writer({ resource, subresource, options }) {
        return {
            manager: options.manager,
            apiVersion: apiVersion(resource),
            subresource,
            time: timeText(this.#parts.now()),
            resets: this.strategy(resource).resetFields[subresource] ?? [],
        };
    }
    /** An apply that creates needs the verb create on the name too. */
    #demandCreate({ resource, namespace, name, user }) {
        const { group, plural } = resource;
        const question = { verb: 'create', group, plural, subresource: '', namespace, name };
        this.#parts.authorizer.demand(user, question);
    }
}

// EXTERNAL MODULE: ./build/x509/der-values.js
var der_values = __webpack_require__(3969);
// EXTERNAL MODULE: ./build/x509/san.js + 1 modules
var san = __webpack_require__(5116);
;// CONCATENATED MODULE: ./build/sandbox/cluster/go-request.js
// A PKCS#10 request as Go's crypto/x509 reads and verifies it: what it accepts, what it refuses, in its words.






/** Go's error text. */
class RequestFault extends Error {
}
const LIMIT = 1024 * 1024;
/** Reads and verifies; throws RequestFault. */
function readRequest(der) {
    const [info, algorithm, signature] = topLevel(der).children;
    const [, subject, spki, attributes] = info?.children ?? [];
    if (!info || !algorithm || !signature || !subject || !spki) {
        throw new RequestFault("asn1: structure error: tags don't match");
    }
    try {
        const request = {
            subject: (0,x509_name/* nameOf */.Vb)(subject),
            sans: requestedSans(attributes),
            spki: Uint8Array.from(spki.bytes),
        };
        checkSignature(info.bytes, algorithm, (0,der_values/* bitStringBytes */.cD)(signature, 'the signature'), spki.bytes);
        return request;
    }
    catch (error) {
        if (!(error instanceof x509_der/* DerFault */.um))
            throw error;
        throw new RequestFault(`x509: ${error.message}`, { cause: error });
    }
}
function topLevel(der) {
    if (der.length === 0)
        throw new RequestFault('asn1: syntax error: sequence truncated');
    try {
        return (0,x509_der/* readDer */.SU)(der, { maximumBytes: LIMIT });
    }
    catch (error) {
        if (!(error instanceof x509_der/* DerFault */.um))
            throw error;
        const isTrailing = error.message.includes('follow the end');
        const text = isTrailing ? 'trailing data' : 'data truncated';
        throw new RequestFault(`asn1: syntax error: ${text}`, { cause: error });
    }
}
function requestedSans(attributes) {
    const lists = (attributes?.children ?? []).filter(item => item.children[0] !== undefined &&
        (0,der_values/* oidOf */._f)(item.children[0]) === x509_oids/* REQUEST_ATTRIBUTE_OIDS */.VL.extensionRequest);
    const extensions = lists.flatMap(item => item.children[1]?.children[0]?.children ?? []);
    const oids = extensions.map(item => (item.children[0] ? (0,der_values/* oidOf */._f)(item.children[0]) : ''));
    if (new Set(oids).size < oids.length) {
        throw new RequestFault('x509: certificate request contains duplicate requested extensions');
    }
    const value = extensions[oids.indexOf(x509_oids/* EXTENSION_OIDS */.mB.subjectAltName)]?.children.at(-1);
    if (value === undefined)
        return [];
    const names = (0,x509_der/* readDer */.SU)(value.content, { maximumBytes: LIMIT });
    const address = names.children.find(name => name.tag === 0x87 && ![4, 16].includes(name.content.length));
    if (address !== undefined) {
        throw new RequestFault(`x509: cannot parse IP address of length ${address.content.length}`);
    }
    return (0,san/* sansOf */.BT)(names);
}
const ALGORITHMS = {
    '1.2.840.113549.1.1.5': { key: 'rsa', hash: 'sha1' },
    '1.2.840.113549.1.1.11': { key: 'rsa', hash: 'sha256' },
    '1.2.840.113549.1.1.12': { key: 'rsa', hash: 'sha384' },
    '1.2.840.113549.1.1.13': { key: 'rsa', hash: 'sha512' },
    '1.2.840.113549.1.1.10': { key: 'rsa', hash: 'sha256', isPss: true },
    '1.2.840.10045.4.1': { key: 'ec', hash: 'sha1' },
    '1.2.840.10045.4.3.2': { key: 'ec', hash: 'sha256' },
    '1.2.840.10045.4.3.3': { key: 'ec', hash: 'sha384' },
    '1.2.840.10045.4.3.4': { key: 'ec', hash: 'sha512' },
    '1.3.101.112': { key: 'ed25519', hash: null },
};
const MD5_WITH_RSA = '1.2.840.113549.1.1.4';
const PSS_HASHES = {
    '2.16.840.1.101.3.4.2.1': 'sha256',
    '2.16.840.1.101.3.4.2.2': 'sha384',
    '2.16.840.1.101.3.4.2.3': 'sha512',
};
const CURVES = ['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1'];
function checkSignature(signed, identifier, signature, spki) {
    const key = publicKey(spki);
    const [oid, parameters] = identifier.children;
    const dotted = oid === undefined ? '' : (0,der_values/* oidOf */._f)(oid);
    if (dotted === MD5_WITH_RSA) {
        throw new RequestFault('x509: cannot verify signature: insecure algorithm MD5-RSA');
    }
    const algorithm = ALGORITHMS[dotted];
    if (algorithm === undefined)
        throw unimplemented();
    if (key.asymmetricKeyType !== algorithm.key)
        throw go_request_mismatch(algorithm.key, key);
    const hash = algorithm.isPss === true ? pssHash(parameters) : algorithm.hash;
    const padding = algorithm.isPss === true ? external_node_crypto_.constants.RSA_PKCS1_PSS_PADDING : external_node_crypto_.constants.RSA_PKCS1_PADDING;
    const options = algorithm.key === 'rsa' ? { key, padding } : { key };
    if (!(0,external_node_crypto_.verify)(hash, signed, options, signature))
        throw forged(algorithm.key);
}
function unimplemented() {
    return new RequestFault('x509: cannot verify signature: algorithm unimplemented');
}
function go_request_mismatch(expected, key) {
    const kind = key.asymmetricKeyType ?? 'unknown';
    const text = `x509: signature algorithm specifies an ${expected} public key, but have public key of type ${kind}`;
    return new RequestFault(text);
}
function forged(key) {
    if (key === 'rsa')
        return new RequestFault('crypto/rsa: verification error');
    return new RequestFault(`x509: ${key === 'ec' ? 'ECDSA' : 'Ed25519'} verification failure`);
}
function pssHash(parameters) {
    const hash = parameters?.children.find(item => item.tag === 0xa0)?.children[0]?.children[0];
    const name = hash === undefined ? undefined : PSS_HASHES[(0,der_values/* oidOf */._f)(hash)];
    if (name === undefined)
        throw unimplemented();
    return name;
}
function publicKey(spki) {
    const key = keyOf(spki);
    const details = key.asymmetricKeyDetails;
    if (key.asymmetricKeyType === 'ec' && !CURVES.includes(details?.namedCurve ?? '')) {
        throw new RequestFault('x509: unsupported elliptic curve');
    }
    const bits = details?.modulusLength;
    if (bits !== undefined && bits < 1024) {
        const page = 'https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size';
        throw new RequestFault(`crypto/rsa: ${bits}-bit keys are insecure (see ${page})`);
    }
    return key;
}
function keyOf(spki) {
    try {
        return (0,external_node_crypto_.createPublicKey)({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    }
    catch (error) {
        throw new RequestFault('x509: unsupported elliptic curve', { cause: error });
    }
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/pem-fault.js
// What Go's validation says of spec.request and status.certificate, null where it is content.



function readPem(text) {
    const block = firstPemBlock(text);
    if (block === null || block.type !== 'CERTIFICATE REQUEST') {
        throw new RequestFault('PEM block type must be CERTIFICATE REQUEST');
    }
    return readRequest(block.bytes);
}
/** Anything after the first block is not looked at (helpers.go ParseCSR). */
function requestFault(text) {
    try {
        readPem(text);
        return null;
    }
    catch (error) {
        if (error instanceof RequestFault)
            return error.message;
        throw error;
    }
}
/** The request in a PEM text, null where there is none that can be read. */
function requestOf(text) {
    return requestFault(text) === null ? readPem(text) : null;
}
function certificateFault(text) {
    if (text === '')
        return null;
    const blocks = pemBlocks(text);
    if (blocks.length === 0)
        return 'must contain at least one CERTIFICATE PEM block';
    return blocks.map(blockFault).find(fault => fault !== null) ?? null;
}
function blockFault(block) {
    if (block.type !== 'CERTIFICATE') {
        return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(block.type)}`;
    }
    if (block.hasHeaders)
        return 'no PEM block headers are permitted';
    if (block.bytes.length === 0)
        return 'found CERTIFICATE PEM block containing 0 certificates';
    try {
        return new external_node_crypto_.X509Certificate(block.bytes) instanceof external_node_crypto_.X509Certificate ? null : '';
    }
    catch {
        return 'x509: malformed certificate';
    }
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/signing-request-validation.js
// What a CertificateSigningRequest must be (kubernetes/pkg/apis/certificates/validation/validation.go), in its order.





const USAGES = [
    'signing',
    'digital signature',
    'content commitment',
    'key encipherment',
    'key agreement',
    'data encipherment',
    'cert sign',
    'crl sign',
    'encipher only',
    'decipher only',
    'any',
    'server auth',
    'client auth',
    'code signing',
    'email protection',
    's/mime',
    'ipsec end system',
    'ipsec tunnel',
    'ipsec user',
    'timestamping',
    'ocsp signing',
    'microsoft sgc',
    'netscape sgc',
];
const TERMINAL = ['Approved', 'Denied', 'Failed'];
function validateSigningRequest(object) {
    return [
        ...validateMetadata(object, anyName),
        ...requestErrors(object),
        ...usageErrors(textsAt(object, 'spec', 'usages')),
        ...signerNameErrors(textAt(object, 'spec', 'signerName')),
        ...expirationErrors(json_at(object, 'spec', 'expirationSeconds')),
        ...conditionErrors(json_listAt(object, 'status', 'conditions')),
        ...certificateErrors(textAt(object, 'status', 'certificate')),
    ];
}
function requestErrors(object) {
    const request = textAt(object, 'spec', 'request');
    const fault = requestFault(Buffer.from(request, 'base64').toString('latin1'));
    const shown = json_at(object, 'spec', 'request') ?? null;
    return fault === null ? [] : [invalid('spec.request', shown, fault)];
}
function usageErrors(usages) {
    const unknown = usages.flatMap((usage, index) => USAGES.includes(usage) ? [] : [notSupported(`spec.usages[${index}]`, usage, USAGES)]);
    const repeated = usages.flatMap((usage, index) => usages.indexOf(usage) < index ? [duplicate(`spec.usages[${index}]`, usage)] : []);
    return [...(usages.length === 0 ? [required('spec.usages')] : []), ...unknown, ...repeated];
}
const SIGNER_NAME = 'spec.signerName';
function signerNameErrors(name) {
    if (name === '')
        return [required(SIGNER_NAME)];
    if (name === 'kubernetes.io/legacy-unknown') {
        return [invalid(SIGNER_NAME, name, 'the legacy signerName is not allowed via this API version')];
    }
    const [domain, path, ...more] = name.split('/');
    if (domain === undefined || path === undefined || more.length > 0) {
        const form = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
        return [invalid(SIGNER_NAME, name, form)];
    }
    const dotted = 'should be a domain with at least two segments separated by dots';
    return [
        ...(Buffer.byteLength(domain) > 253 ? [tooLong(SIGNER_NAME, 253)] : []),
        ...firstBadLabel(domain, dnsLabel),
        ...(domain.includes('.') ? [] : [invalid(SIGNER_NAME, domain, dotted)]),
        ...firstBadLabel(path, dnsSubdomain),
        ...(Buffer.byteLength(name) > 571 ? [tooLong(SIGNER_NAME, 571)] : []),
    ];
}
function firstBadLabel(text, rule) {
    for (const label of text.split('.')) {
        const faults = rule(label);
        if (faults.length === 0)
            continue;
        return faults.map(fault => invalid(SIGNER_NAME, text, `validating label ${JSON.stringify(label)}: ${fault}`));
    }
    return [];
}
function expirationErrors(seconds) {
    if (typeof seconds !== 'number' || seconds >= 600)
        return [];
    const text = 'may not specify a duration less than 600 seconds (10 minutes)';
    return [invalid('spec.expirationSeconds', seconds, text)];
}
function conditionErrors(conditions) {
    const types = conditions.map(condition => textAt(condition, 'type'));
    return conditions.flatMap((condition, index) => {
        const type = textAt(condition, 'type');
        const path = `status.conditions[${index}]`;
        return [
            ...(type === '' ? [required(`${path}.type`)] : []),
            ...conditionStatusErrors(`${path}.status`, type, textAt(condition, 'status')),
            ...exclusionErrors(types.slice(0, index), type),
            ...(types.indexOf(type) < index ? [duplicate(`${path}.type`, type)] : []),
        ];
    });
}
function conditionStatusErrors(path, type, status) {
    const allowed = TERMINAL.includes(type) ? ['True'] : ['True', 'False', 'Unknown'];
    if (status === '')
        return [required(path)];
    return allowed.includes(status) ? [] : [notSupported(path, status, allowed)];
}
function exclusionErrors(before, type) {
    const excluded = (type === 'Approved' && before.includes('Denied')) ||
        (type === 'Denied' && before.includes('Approved'));
    const text = 'Approved and Denied conditions are mutually exclusive';
    return excluded ? [invalid('status.conditions', type, text)] : [];
}
function certificateErrors(certificate) {
    const fault = certificateFault(Buffer.from(certificate, 'base64').toString('latin1'));
    return fault === null ? [] : [invalid('status.certificate', '<certificate data>', fault)];
}
/** Errors of an update through one of the three endpoints (`''`, `approval`, `status`). */
function validateSigningRequestUpdate(next, old, subresource) {
    return [
        ...validateSigningRequest(next),
        ...removedConditionErrors(next, old),
        ...(subresource === 'approval' ? [] : addedConditionErrors(next, old)),
        ...changedCertificateErrors(next, old, subresource),
        ...immutableMetadata(next, old),
    ];
}
function count(object, type) {
    const conditions = json_listAt(object, 'status', 'conditions');
    return conditions.filter(condition => textAt(condition, 'type') === type).length;
}
function removedConditionErrors(next, old) {
    return TERMINAL.filter(type => count(next, type) < count(old, type)).map(type => forbiddenField('status.conditions', `updates may not remove a condition of type ${JSON.stringify(type)}`));
}
function addedConditionErrors(next, old) {
    return ['Approved', 'Denied']
        .filter(type => count(next, type) > count(old, type))
        .map(type => forbiddenField('status.conditions', `updates may not add a condition of type ${JSON.stringify(type)}`));
}
function changedCertificateErrors(next, old, subresource) {
    const before = json_at(old, 'status', 'certificate');
    if (same(json_at(next, 'status', 'certificate'), before))
        return [];
    if (subresource !== 'status') {
        return [forbiddenField('status.certificate', 'updates may not set certificate content')];
    }
    const text = 'updates may not modify existing certificate content';
    return before === undefined ? [] : [forbiddenField('status.certificate', text)];
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/signing-request-strategy.js
// CertificateSigningRequests: what each endpoint may change (kubernetes/pkg/registry/certificates/certificates/strategy.go)
// and the three admission plugins (plugin/pkg/admission/certificates).











function signingRequestStrategy(authorizer, now) {
    return {
        ...PLAIN,
        nameRule: anyName,
        resetFields: {
            '': ['spec', 'status'],
            approval: ['spec', 'status.certificate'],
            status: ['spec', 'status.conditions'],
        },
        selectableFields: object => ({ 'spec.signerName': textAt(object, 'spec', 'signerName') }),
        unknownField: field => `field label not supported: ${field}`,
        prepareForCreate: stampRequester,
        validate: validateSigningRequest,
        admitCreate: refuseMasters,
        prepareForUpdate: (next, old, subresource) => {
            prepareForUpdate(next, old, subresource, timeText(now()));
        },
        validateUpdate: validateSigningRequestUpdate,
        admitUpdate: (next, old, subresource, user) => {
            admitUpdate(next, old, subresource, user, authorizer);
        },
    };
}
/** A client's word on who asks, and on any status, is replaced. */
function stampRequester(object, user) {
    const spec = objectIn(object, 'spec');
    for (const member of ['username', 'uid', 'groups', 'extra'])
        delete spec[member];
    spec['username'] = user.name;
    if (user.uid !== '')
        spec['uid'] = user.uid;
    if (user.groups.length > 0)
        spec['groups'] = [...user.groups];
    const extra = Object.entries(user.extra);
    if (extra.length > 0) {
        spec['extra'] = Object.fromEntries(extra.map(([key, values]) => [key, [...values]]));
    }
    object['status'] = {};
}
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
function refuseMasters(object) {
    if (textAt(object, 'spec', 'signerName') !== CLIENT_SIGNER)
        return;
    const request = requestOf(Buffer.from(textAt(object, 'spec', 'request'), 'base64').toString('latin1'));
    if (request === null || !(0,x509_name/* valuesOf */.sm)(request.subject, x509_oids/* ATTRIBUTE_OIDS */.zN.O).includes(MASTERS))
        return;
    const detail = `use of ${CLIENT_SIGNER} signer with ${MASTERS} group is not allowed`;
    throw forbidden(SIGNING_REQUESTS, textAt(object, 'metadata', 'name'), detail);
}
function prepareForUpdate(next, old, subresource, now) {
    next['spec'] = copy(json_at(old, 'spec') ?? {});
    const before = copy(json_at(old, 'status') ?? {});
    if (subresource === '') {
        next['status'] = before;
        return;
    }
    if (subresource === 'status')
        keepApproval(next, old);
    fillTimes(next, old, now);
    if (subresource === 'approval')
        keepCertificate(next, old);
}
/** Approved and Denied stay as they were; adding or removing them is left to validation. */
function keepApproval(next, old) {
    const conditions = json_listAt(next, 'status', 'conditions');
    const before = json_listAt(old, 'status', 'conditions');
    const restored = [...conditions];
    for (const type of ['Approved', 'Denied']) {
        const olds = before.filter(item => textAt(item, 'type') === type);
        const positions = conditions.flatMap((item, index) => textAt(item, 'type') === type ? [index] : []);
        if (olds.length !== positions.length)
            continue;
        positions.forEach((position, index) => {
            const kept = olds[index];
            if (kept !== undefined)
                restored[position] = copy(kept);
        });
    }
    if (restored.length > 0)
        objectIn(next, 'status')['conditions'] = restored;
}
function keepCertificate(next, old) {
    const status = objectIn(next, 'status');
    const certificate = json_at(old, 'status', 'certificate');
    if (certificate === undefined)
        delete status['certificate'];
    else
        status['certificate'] = certificate;
}
function fillTimes(next, old, now) {
    const before = json_listAt(old, 'status', 'conditions');
    for (const condition of json_listAt(next, 'status', 'conditions')) {
        if (!isObject(condition))
            continue;
        condition['lastUpdateTime'] ??= now;
        condition['lastTransitionTime'] ??= transitionOf(condition, before) ?? now;
    }
}
function transitionOf(condition, before) {
    const found = before.find(item => textAt(item, 'type') === textAt(condition, 'type') &&
        textAt(item, 'status') === textAt(condition, 'status'));
    const time = textAt(found, 'lastTransitionTime');
    return time === '' ? null : time;
}
function admitUpdate(next, old, subresource, user, authorizer) {
    if (subresource === '')
        return;
    const changed = !same(json_at(next, 'status', 'certificate'), json_at(old, 'status', 'certificate')) ||
        !same(json_at(next, 'status', 'conditions'), json_at(old, 'status', 'conditions'));
    if (subresource === 'status' && !changed)
        return;
    const verb = subresource === 'approval' ? 'approve' : 'sign';
    const signerName = textAt(old, 'spec', 'signerName');
    if (authorizer.maySigner(user, verb, signerName))
        return;
    const detail = `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`;
    throw forbidden(SIGNING_REQUESTS, textAt(old, 'metadata', 'name'), detail);
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/parts.js
// The parts of a cluster that depend on its options: CAs, signers, kinds, and what is there from the start.





const parts_DAY = 86_400_000;
const LONG_AGO = new Date('2000-01-01T00:00:00Z');
const YEAR_SECONDS = 8760 * 3600;
const BUILT_IN = [
    'kubernetes.io/kube-apiserver-client',
    'kubernetes.io/kube-apiserver-client-kubelet',
    'kubernetes.io/kubelet-serving',
];
/** TLS clients judge by the machine's clock whatever the cluster's says: so from long ago, for ten years. */
function lifeOf(name, now) {
    const latest = Math.max(now.getTime(), Date.now());
    return { name, notBefore: LONG_AGO, notAfter: new Date(latest + 3650 * parts_DAY) };
}
function makeAuthorities(options, now, random) {
    const { clientCaNotAfter } = options;
    // A server whose own CA has ended could not be talked to.
    const isTwo = options.authorities === 'two' || clientCaNotAfter !== undefined;
    const life = lifeOf(isTwo ? 'kubernetes-client-ca' : 'kubernetes-ca', now);
    const notAfter = clientCaNotAfter ?? life.notAfter;
    const client = createAuthority({ ...life, notAfter }, random);
    const server = isTwo ? createAuthority(lifeOf('kubernetes-ca', now), random) : client;
    return { server, client };
}
function serverNames(now) {
    const { notBefore, notAfter } = lifeOf('kube-apiserver', now);
    const addresses = [Uint8Array.of(127, 0, 0, 1), Uint8Array.of(10, 0, 0, 1)];
    return { dnsNames: ['localhost', 'kubernetes.default.svc'], addresses, notBefore, notAfter };
}
function makeSigners(options, client, now, random) {
    const signers = new Map();
    if (options.signs !== false) {
        const setup = {
            authority: client,
            root: client,
            chain: [],
            maxSeconds: options.signingSeconds ?? YEAR_SECONDS,
        };
        for (const name of BUILT_IN)
            signers.set(name, setup);
    }
    for (const { signerName, hasIntermediate, maxSeconds } of options.signers ?? []) {
        const root = createAuthority(lifeOf(`${signerName} root`, now), random);
        const intermediate = { ...lifeOf(`${signerName} intermediate`, now), issuer: root };
        const authority = hasIntermediate === true ? createAuthority(intermediate, random) : root;
        const chain = hasIntermediate === true ? [authority] : [];
        signers.set(signerName, { authority, root, chain, maxSeconds: maxSeconds ?? YEAR_SECONDS });
    }
    return signers;
}
function makeRegistry(store, authorizer, now, random) {
    const strategies = new Map([
        [SECRETS, SECRET_STRATEGY],
        [CONFIG_MAPS, CONFIG_MAP_STRATEGY],
        [NAMESPACES, NAMESPACE_STRATEGY],
        [SIGNING_REQUESTS, signingRequestStrategy(authorizer, now)],
    ]);
    return new Registry({
        store,
        strategies,
        authorizer,
        now,
        uuid: () => uuid(random),
        suffix: () => suffix(random),
    });
}
/** A random UUID (RFC 9562 §5.4). */
function uuid(random) {
    const bytes = Uint8Array.from(random(16));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return Buffer.from(bytes)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
/** No vowels and nothing that looks like one (k8s.io/apimachinery/pkg/util/rand). */
function suffix(random) {
    const letters = 'bcdfghjklmnpqrstvwxz2456789';
    return [...random(5)].map(byte => letters.charAt(byte % letters.length)).join('');
}
const NAMESPACES_AT_START = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
/** The namespaces every cluster has, the wanted ones, and the client CA where Kubernetes publishes it. */
function populate(objects, client, wanted) {
    for (const name of [...NAMESPACES_AT_START, ...wanted])
        objects.createNamespace(name);
    objects.create('configmaps', {
        metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
        data: { 'client-ca-file': client.certificatePem },
    });
}

// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(1692);
;// CONCATENATED MODULE: ./build/sandbox/cluster/protobuf.js
// Bodies in Kubernetes' protobuf, which kubectl sends: the envelope, and the kinds served here → JSON
// (k8s.io/apimachinery/pkg/runtime/serializer/protobuf; field numbers from the generated.proto of each group).



const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const TIME = { 1: ['seconds', 'number'] };
const META = {
    1: ['name', 'text'],
    2: ['generateName', 'text'],
    3: ['namespace', 'text'],
    5: ['uid', 'text'],
    6: ['resourceVersion', 'text'],
    7: ['generation', 'number'],
    8: ['creationTimestamp', 'time'],
    11: ['labels', { map: 'text' }],
    12: ['annotations', { map: 'text' }],
    14: ['finalizers', { list: 'text' }],
};
const protobuf_CONDITION = {
    1: ['type', 'text'],
    2: ['reason', 'text'],
    3: ['message', 'text'],
    4: ['lastUpdateTime', 'time'],
    5: ['lastTransitionTime', 'time'],
    6: ['status', 'text'],
};
const protobuf_SIGNING_REQUEST_SPEC = {
    1: ['request', 'bytes'],
    2: ['username', 'text'],
    4: ['groups', { list: 'text' }],
    5: ['usages', { list: 'text' }],
    7: ['signerName', 'text'],
    8: ['expirationSeconds', 'number'],
};
const RESOURCE_ATTRIBUTES = {
    1: ['namespace', 'text'],
    2: ['verb', 'text'],
    3: ['group', 'text'],
    4: ['version', 'text'],
    5: ['resource', 'text'],
    6: ['subresource', 'text'],
    7: ['name', 'text'],
};
const MESSAGES = {
    Secret: {
        1: ['metadata', { message: META }],
        2: ['data', { map: 'bytes' }],
        3: ['type', 'text'],
        4: ['stringData', { map: 'text' }],
        5: ['immutable', 'bool'],
    },
    ConfigMap: {
        1: ['metadata', { message: META }],
        2: ['data', { map: 'text' }],
        3: ['binaryData', { map: 'bytes' }],
        4: ['immutable', 'bool'],
    },
    Namespace: { 1: ['metadata', { message: META }] },
    CertificateSigningRequest: {
        1: ['metadata', { message: META }],
        2: ['spec', { message: protobuf_SIGNING_REQUEST_SPEC }],
        3: [
            'status',
            {
                message: {
                    1: ['conditions', { list: { message: protobuf_CONDITION } }],
                    2: ['certificate', 'bytes'],
                },
            },
        ],
    },
    SelfSubjectReview: { 1: ['metadata', { message: META }] },
    SelfSubjectAccessReview: {
        2: [
            'spec',
            {
                message: {
                    1: ['resourceAttributes', { message: RESOURCE_ATTRIBUTES }],
                    2: ['nonResourceAttributes', { message: { 1: ['path', 'text'], 2: ['verb', 'text'] } }],
                },
            },
        ],
    },
    DeleteOptions: {
        2: ['preconditions', { message: { 1: ['uid', 'text'], 2: ['resourceVersion', 'text'] } }],
        4: ['propagationPolicy', 'text'],
        5: ['dryRun', { list: 'text' }],
    },
};
const ENVELOPE = {
    1: ['typeMeta', { message: { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] } }],
    2: ['raw', 'bytes'],
};
/** JSON text of a body; throws a 400 for what is no such envelope, or a kind that is not served. */
function protobufToJson(body) {
    const bytes = Buffer.from(body);
    if (bytes.subarray(0, 4).toString('latin1') !== 'k8s\0')
        throw malformed();
    const envelope = readMessage(bytes.subarray(4), ENVELOPE);
    const type = objectIn(envelope, 'typeMeta');
    const message = MESSAGES[textAt(type, 'kind')];
    const raw = envelope['raw'];
    if (message === undefined)
        throw malformed();
    const object = typeof raw === 'string' ? readMessage(Buffer.from(raw, 'base64'), message) : {};
    return JSON.stringify({ ...type, ...object });
}
function malformed() {
    return badRequest('the object provided is unrecognized: the body is not a known protobuf message');
}
class Reader {
    #bytes;
    #at = 0;
    constructor(bytes) {
        this.#bytes = bytes;
    }
    get isOver() {
        return this.#at >= this.#bytes.length;
    }
    varint() {
        let value = 0n;
        for (let shift = 0n; shift < 64n; shift += 7n) {
            const byte = this.#bytes[this.#at++];
            if (byte === undefined)
                throw malformed();
            value |= BigInt(byte & 0x7f) << shift;
            if (byte < 0x80)
                return Number(BigInt.asIntN(64, value));
        }
        throw malformed();
    }
    chunk() {
        const length = this.varint();
        const end = this.#at + length;
        if (length < 0 || end > this.#bytes.length)
            throw malformed();
        const chunk = this.#bytes.subarray(this.#at, end);
        this.#at = end;
        return chunk;
    }
}
function readMessage(bytes, message) {
    const reader = new Reader(bytes);
    const object = {};
    while (!reader.isOver) {
        const tag = reader.varint();
        const wire = tag & 7;
        if (wire !== 0 && wire !== 2)
            throw malformed();
        const content = wire === 0 ? reader.varint() : reader.chunk();
        const field = message[tag >> 3];
        if (field !== undefined)
            store(object, field[0], field[1], content);
    }
    return object;
}
function store(object, name, kind, content) {
    if (typeof kind === 'object' && 'list' in kind) {
        const before = object[name];
        const list = Array.isArray(before) ? before : [];
        object[name] = [...list, protobuf_valueOf(kind.list, content)];
    }
    else if (typeof kind === 'object' && 'map' in kind) {
        const entry = readMessage(bufferOf(content), { 1: ['key', 'text'], 2: ['value', kind.map] });
        objectIn(object, name)[textAt(entry, 'key')] = entry['value'] ?? '';
    }
    else {
        const value = protobuf_valueOf(kind, content);
        if (value !== null)
            object[name] = value;
    }
}
function bufferOf(content) {
    if (typeof content === 'number')
        throw malformed();
    return content;
}
function protobuf_valueOf(kind, content) {
    if (kind === 'number' || kind === 'bool') {
        if (typeof content !== 'number')
            throw malformed();
        return kind === 'bool' ? content !== 0 : content;
    }
    const bytes = bufferOf(content);
    if (kind === 'text')
        return bytes.toString('utf8');
    if (kind === 'bytes')
        return toBase64(bytes);
    if (kind === 'time')
        return timeOf(readMessage(bytes, TIME));
    return 'message' in kind ? readMessage(bytes, kind.message) : null;
}
/** Go's zero time is no time. */
function timeOf({ seconds }) {
    return typeof seconds === 'number' && seconds > 0
        ? new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
        : null;
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/http-request.js



const BODY_LIMIT = 3_145_728;
/** Reads the body; throws the 413. */
async function readRequestBody(request) {
    const chunks = [];
    let size = 0;
    for await (const chunk of request) {
        const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
        size += bytes.length;
        if (size <= BODY_LIMIT)
            chunks.push(bytes);
    }
    if (size > BODY_LIMIT)
        throw entityTooLarge(BODY_LIMIT);
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    const bytes = Buffer.concat(chunks);
    return type === PROTOBUF && bytes.length > 0
        ? { text: protobufToJson(bytes), type: 'application/json' }
        : { text: bytes.toString('utf8'), type };
}
/** DER of the certificates the client presented, leaf first. */
function peerCertificates(request) {
    const { socket } = request;
    if (!(socket instanceof external_node_tls_.TLSSocket))
        return [];
    const chain = [];
    const seen = new Set();
    let next = socket.getPeerCertificate(true);
    while (next?.raw !== undefined && !seen.has(next.fingerprint256)) {
        seen.add(next.fingerprint256);
        chain.push(new Uint8Array(next.raw));
        next = next.issuerCertificate;
    }
    return chain;
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/server.js
// The HTTPS server: connections, faults, authentication, the request log, and answers as the API server words them.



class ApiServer {
    #parts;
    #server;
    #sockets = new Set();
    constructor(parts) {
        this.#parts = parts;
        this.#server = (0,external_node_https_.createServer)({
            key: parts.keyPem,
            cert: parts.certificatePem,
            ca: parts.clientCaPem,
            requestCert: true,
            // Whoever it is gets in; authentication says who, by the cluster's own clock.
            rejectUnauthorized: false,
        }, (request, response) => {
            void this.#serve(request, response);
        });
        this.#server.on('secureConnection', socket => {
            this.#sockets.add(socket);
            socket.on('close', () => this.#sockets.delete(socket));
            socket.on('error', () => socket.destroy());
        });
    }
    /** Listens on a port of 127.0.0.1, 0 being a free one, and answers which. */
    async listen(port) {
        await new Promise((resolve, reject) => {
            this.#server.once('error', reject);
            this.#server.listen(port, '127.0.0.1', () => resolve());
        });
        const address = this.#server.address();
        return typeof address === 'object' && address !== null ? address.port : 0;
    }
    async close() {
        const closed = new Promise(resolve => {
            this.#server.close(() => resolve());
        });
        for (const socket of this.#sockets)
            socket.destroy();
        await closed;
    }
    async #serve(request, response) {
        response.sendDate = false;
        response.setHeader('date', this.#parts.now().toUTCString());
        response.setHeader('cache-control', 'no-cache, private');
        const url = new URL(request.url ?? '/', 'https://sandbox.invalid');
        const user = this.#parts.authenticator.authenticate({
            certificates: peerCertificates(request),
            authorization: request.headers.authorization ?? '',
        });
        const method = request.method ?? 'GET';
        const path = url.pathname + url.search;
        const entry = { method, path, user: user?.name ?? null, code: 0 };
        this.#parts.log.push(entry);
        const faults = this.#parts.faults.take(method, path, user?.name ?? '');
        if (faults.some(fault => fault.kind === 'reset' && fault.when === 'before')) {
            request.socket.destroy();
            return;
        }
        const answer = await this.#answer(request, response, url, user, faults);
        if (answer === null) {
            entry.code = response.statusCode;
            return;
        }
        if (faults.some(fault => fault.kind === 'reset')) {
            request.socket.destroy();
            return;
        }
        entry.code = answer.code;
        // Of the moment of the answer: it may have been delayed.
        response.setHeader('date', this.#parts.now().toUTCString());
        send(response, answer);
    }
    async #answer(request, response, url, user, faults) {
        try {
            const body = readRequestBody(request);
            // The body is drained even where nobody asks for it, so that the connection stays usable.
            body.catch(() => undefined);
            await delays(faults);
            const planned = faults.find(fault => fault.kind === 'answer');
            if (planned !== undefined) {
                await body.catch(() => undefined);
                throw plannedStatus(planned);
            }
            if (user === null)
                throw unauthorized();
            return await this.#parts.api.answer({
                method: request.method ?? 'GET',
                url,
                userAgent: request.headers['user-agent'] ?? '',
                user,
                body: () => body,
            }, response);
        }
        catch (error) {
            const refusal = error instanceof StatusError ? error : internal(textOf(error));
            const { code, status, headers } = refusal;
            return { code, body: status, warnings: [], headers };
        }
    }
}
function textOf(error) {
    return error instanceof Error ? `Internal error occurred: ${error.message}` : 'Internal error';
}
async function delays(faults) {
    for (const fault of faults) {
        if (fault.kind === 'hold')
            await fault.until;
        if (fault.kind !== 'delay')
            continue;
        await new Promise(resolve => {
            setTimeout(resolve, fault.milliseconds);
        });
    }
}
const PLANNED_ANSWERS = {
    429: [
        'TooManyRequests',
        'The server has received too many requests and has asked us to try again later',
    ],
    500: ['InternalError', 'Internal error occurred: etcdserver: leader changed'],
    503: ['ServiceUnavailable', 'The server is currently unable to handle the request'],
};
function plannedStatus(fault) {
    const [reason, message] = PLANNED_ANSWERS[fault.code] ?? ['InternalError', 'Internal error'];
    const seconds = fault.retryAfterSeconds;
    const details = seconds === undefined ? {} : { retryAfterSeconds: seconds };
    const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) };
    return new StatusError(fault.code, reason, message, details, headers);
}
function send(response, answer) {
    const isText = typeof answer.body === 'string';
    const text = isText ? answer.body : `${JSON.stringify(answer.body)}\n`;
    if (answer.warnings.length > 0) {
        const values = answer.warnings.map(warning => `299 - ${JSON.stringify(warning)}`);
        response.setHeader('warning', values);
    }
    for (const [name, value] of Object.entries(answer.headers ?? {}))
        response.setHeader(name, value);
    response.writeHead(answer.code, {
        'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
        'content-length': Buffer.byteLength(text),
    });
    response.end(text);
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/issued-certificate.js





const MULTIPLE = ['C', 'ST', 'L', 'STREET', 'postalCode', 'O', 'OU'];
/** One RDN per attribute type, in Go's order; of CN and serialNumber only the last survives. */
function rebuiltSubject(subject) {
    const lists = MULTIPLE.map(type => ({
        type: x509_oids/* ATTRIBUTE_OIDS */.zN[type],
        values: (0,x509_name/* valuesOf */.sm)(subject, x509_oids/* ATTRIBUTE_OIDS */.zN[type]),
    }));
    const singles = [x509_oids/* ATTRIBUTE_OIDS */.zN.CN, x509_oids/* ATTRIBUTE_OIDS */.zN.serialNumber].map(type => ({
        type,
        values: (0,x509_name/* valuesOf */.sm)(subject, type)
            .slice(-1)
            .filter(value => value !== ''),
    }));
    return [...lists, ...singles]
        .filter(({ values }) => values.length > 0)
        .map(({ type, values }) => values.map(value => (0,x509_name/* attribute */.lt)(type, value)));
}
const SAN_ORDER = ['dnsName', 'emailAddress', 'ipAddress', 'uri'];
function rebuiltSans(sans) {
    return SAN_ORDER.flatMap(kind => sans.filter(san => san.kind === kind));
}
const KEY_USAGE_BITS = {
    signing: 0,
    'digital signature': 0,
    'content commitment': 1,
    'key encipherment': 2,
    'data encipherment': 3,
    'key agreement': 4,
    'cert sign': 5,
    'crl sign': 6,
    'encipher only': 7,
    'decipher only': 8,
};
/** In the order Go's constants have. */
const EXTENDED_USAGES = [
    ['any', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.anyExtendedKeyUsage],
    ['server auth', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.serverAuth],
    ['client auth', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.clientAuth],
    ['code signing', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.codeSigning],
    ['email protection', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.emailProtection],
    ['ipsec end system', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.ipsecEndSystem],
    ['ipsec tunnel', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.ipsecTunnel],
    ['ipsec user', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.ipsecUser],
    ['timestamping', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.timeStamping],
    ['ocsp signing', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.OCSPSigning],
    ['microsoft sgc', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.msSGC],
    ['netscape sgc', x509_oids/* EXTENDED_KEY_USAGE_OIDS */._y.nsSGC],
];
function usageExtensions(usages) {
    const bits = usages.flatMap(usage => KEY_USAGE_BITS[usage] ?? []);
    const asked = new Set(usages.map(usage => (usage === 's/mime' ? 'email protection' : usage)));
    const extended = EXTENDED_USAGES.filter(([usage]) => asked.has(usage)).map(([, id]) => (0,der_write/* oid */.jq)(id));
    return [
        ...(bits.length === 0 ? [] : [extension(x509_oids/* EXTENSION_OIDS */.mB.keyUsage, true, (0,der_write/* namedBits */._1)(bits))]),
        ...(extended.length === 0
            ? []
            : [extension(x509_oids/* EXTENSION_OIDS */.mB.extendedKeyUsage, false, (0,der_write/* sequence */.K2)(...extended))]),
    ];
}
const BACKDATE_SECONDS = 5 * 60;
const SHORT_SECONDS = 8 * 3600;
/** From five minutes ago; a short life is counted from now, a long one from the backdated start; the CA is the cap. */
function validity(order, cap) {
    const now = Math.floor(order.now.getTime() / 1000);
    const backdate = order.seconds < SHORT_SECONDS ? 0 : BACKDATE_SECONDS;
    const end = new Date((now + order.seconds - backdate) * 1000);
    return {
        notBefore: new Date((now - BACKDATE_SECONDS) * 1000),
        notAfter: end < cap ? end : cap,
    };
}
/** DER of the certificate. */
function issueCertificate(authority, order, random) {
    const subject = rebuiltSubject(order.request.subject);
    const sans = rebuiltSans(order.request.sans);
    const isNameless = subject.length === 0;
    const template = {
        ...validity(order, authority.notAfter),
        subject: (0,x509_name/* encodeName */.aA)(subject),
        spki: order.request.spki,
        extensions: [
            ...usageExtensions(order.usages),
            extension(x509_oids/* EXTENSION_OIDS */.mB.basicConstraints, true, (0,der_write/* sequence */.K2)()),
            ...(authority.keyId === null ? [] : [authorityKeyIdentifier(authority.keyId)]),
            ...(sans.length === 0
                ? []
                : [extension(x509_oids/* EXTENSION_OIDS */.mB.subjectAltName, isNameless, (0,san/* encodeSans */.Af)(sans))]),
        ],
    };
    return signCertificate(authority, template, random);
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/signer-rules.js


const ORGANIZATION = 'subject organization is not system:nodes';
const COMMON_NAME = 'subject common name does not begin with system:node:';
function isNodeOrganization({ subject }) {
    const organizations = (0,x509_name/* valuesOf */.sm)(subject, x509_oids/* ATTRIBUTE_OIDS */.zN.O);
    return organizations.length === 1 && organizations[0] === 'system:nodes';
}
function isNodeName({ subject }) {
    return (0,x509_name/* valuesOf */.sm)(subject, x509_oids/* ATTRIBUTE_OIDS */.zN.CN).at(-1)?.startsWith('system:node:') ?? false;
}
function signer_rules_has({ sans }, kind) {
    return sans.some(san => san.kind === kind);
}
/** The set must be these usages, with or without key encipherment. */
function usageFault(usages, required) {
    const asked = [...new Set(usages)].filter(usage => usage !== 'key encipherment').sort();
    const wanted = required.filter(usage => usage !== 'key encipherment');
    const matches = asked.length === wanted.length && asked.every(usage => wanted.includes(usage));
    return matches ? null : `usages did not match [${required.join(' ')}]`;
}
function clientFault(_request, usages) {
    const allowed = ['client auth', 'digital signature', 'key encipherment'];
    const other = usages.find(usage => !allowed.includes(usage));
    if (other !== undefined)
        return `invalid usage for client certificate: ${other}`;
    return usages.includes('client auth')
        ? null
        : 'missing required usage for client certificate: client auth';
}
function kubeletClientFault(request, usages) {
    if (!isNodeOrganization(request))
        return ORGANIZATION;
    if (signer_rules_has(request, 'dnsName'))
        return 'DNS subjectAltNames are not allowed';
    if (signer_rules_has(request, 'emailAddress'))
        return 'Email subjectAltNames are not allowed';
    if (signer_rules_has(request, 'ipAddress'))
        return 'IP subjectAltNames are not allowed';
    if (signer_rules_has(request, 'uri'))
        return 'URI subjectAltNames are not allowed';
    if (!isNodeName(request))
        return COMMON_NAME;
    return usageFault(usages, ['client auth', 'digital signature', 'key encipherment']);
}
function kubeletServingFault(request, usages) {
    if (!isNodeOrganization(request))
        return ORGANIZATION;
    if (!signer_rules_has(request, 'dnsName') && !signer_rules_has(request, 'ipAddress')) {
        return 'DNS or IP subjectAltName is required';
    }
    if (signer_rules_has(request, 'emailAddress'))
        return 'Email subjectAltNames are not allowed';
    if (signer_rules_has(request, 'uri'))
        return 'URI subjectAltNames are not allowed';
    const fault = usageFault(usages, ['digital signature', 'key encipherment', 'server auth']);
    return fault ?? (isNodeName(request) ? null : COMMON_NAME);
}
const SIGNER_RULES = {
    'kubernetes.io/kube-apiserver-client': clientFault,
    'kubernetes.io/kube-apiserver-client-kubelet': kubeletClientFault,
    'kubernetes.io/kubelet-serving': kubeletServingFault,
};

;// CONCATENATED MODULE: ./build/sandbox/cluster/signer.js
// The signing controller: looks at every change of a CertificateSigningRequest and writes status.certificate, or Failed,
// a moment later (kubernetes/pkg/controller/certificates/signer/signer.go). Its faults are a test's hand on it.








class Signer {
    faults = {};
    #parts;
    #timers = new Set();
    #stop;
    constructor(parts) {
        this.#parts = parts;
        this.#stop = parts.store.subscribe(change => this.#notice(change));
    }
    /** Looks again at everything that waits: after a fault was taken back. */
    resume() {
        for (const object of this.#parts.store.list(SIGNING_REQUESTS, ''))
            this.#plan(object);
    }
    end() {
        this.#stop();
        for (const timer of this.#timers)
            clearTimeout(timer);
    }
    #notice(change) {
        if (change.resource === SIGNING_REQUESTS && change.type !== 'DELETED')
            this.#plan(change.object);
    }
    #plan(object) {
        if (!isDue(object))
            return;
        const timer = setTimeout(() => {
            this.#timers.delete(timer);
            this.#handle(textAt(object, 'metadata', 'name'));
        }, this.faults.delayMilliseconds ?? this.#parts.delayMilliseconds);
        this.#timers.add(timer);
    }
    #handle(name) {
        const { store, updateStatus, signers, now } = this.#parts;
        const object = store.read(SIGNING_REQUESTS, '', name);
        if (object === null || !isDue(object) || this.faults.isSilent === true)
            return;
        const signerName = textAt(object, 'spec', 'signerName');
        const setup = signers.get(signerName);
        const request = requestOf(decoded(textAt(object, 'spec', 'request')));
        if (setup === undefined || request === null)
            return;
        const usages = textsAt(object, 'spec', 'usages');
        const failure = this.faults.failure ?? SIGNER_RULES[signerName]?.(request, usages) ?? null;
        if (failure !== null) {
            updateStatus(failed(object, failure));
            return;
        }
        // An expired CA is silence: the controller logs, and tries again later.
        if (setup.authority.notAfter <= now())
            return;
        updateStatus(this.#signed(object, setup, request, usages));
    }
    #signed(object, setup, request, usages) {
        const faults = this.faults;
        const order = {
            request: faults.otherKey === true ? { ...request, spki: newKeyPair().spki } : request,
            usages: faults.usages ?? usages,
            seconds: faults.seconds ?? lifetime(json_at(object, 'spec', 'expirationSeconds'), setup.maxSeconds),
            now: this.#parts.now(),
        };
        const authority = faults.otherAuthority ?? setup.authority;
        const leaf = (0,x509_pem/* encodePem */.TS)('CERTIFICATE', issueCertificate(authority, order, this.#parts.random));
        const chain = [...setup.chain, ...(faults.extra ?? [])].map(ca => ca.certificatePem);
        const pem = [leaf, ...chain].join('');
        const text = faults.textAround === true ? `issued by the sandbox\n${pem}end\n` : pem;
        const next = copy(object);
        objectIn(next, 'status')['certificate'] = toBase64(Buffer.from(text, 'latin1'));
        return next;
    }
}
function decoded(base64) {
    return Buffer.from(base64, 'base64').toString('latin1');
}
function conditionOf(object, type) {
    return json_listAt(object, 'status', 'conditions').find(condition => textAt(condition, 'type') === type && textAt(condition, 'status') === 'True');
}
/** Approved, not Denied, not Failed, not signed yet. */
function isDue(object) {
    return (conditionOf(object, 'Approved') !== undefined &&
        conditionOf(object, 'Denied') === undefined &&
        conditionOf(object, 'Failed') === undefined &&
        textAt(object, 'status', 'certificate') === '');
}
/** What was asked, never more than the signer's most and never less than ten minutes. */
function lifetime(asked, most) {
    if (typeof asked !== 'number')
        return most;
    return Math.min(most, Math.max(asked, 600));
}
function failed(object, message) {
    const next = copy(object);
    const condition = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message };
    const conditions = [...json_listAt(next, 'status', 'conditions'), condition];
    objectIn(next, 'status')['conditions'] = conditions;
    return next;
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/store.js
// The objects, in the order of one revision counter, with their history for watches. Takes no decisions.


/** Changes kept for watches; older ones make a watch answer 410. */
const HISTORY = 10_000;
class ObjectStore {
    #revision = 1;
    #oldest = 1;
    #objects = new Map();
    #history = [];
    #listeners = new Set();
    /** The newest revision given out. */
    get revision() {
        return this.#revision;
    }
    /** The oldest revision a watch may start from. */
    get oldest() {
        return this.#oldest;
    }
    read(resource, namespace, name) {
        const found = this.#objects.get(store_keyOf(resource, namespace, name));
        return found === undefined ? null : copy(found);
    }
    /** Objects of a kind, of one namespace or of all (''), sorted by key as etcd sorts them. */
    list(resource, namespace) {
        const prefix = store_keyOf(resource, namespace, '');
        const found = [...this.#objects].filter(([key]) => key.startsWith(prefix));
        found.sort(([a], [b]) => (a < b ? -1 : 1));
        return found.map(([, object]) => copy(object));
    }
    namespaceExists(name) {
        return this.#objects.has(store_keyOf(NAMESPACES, '', name));
    }
    /** Stores the object under the next revision and returns it with that resourceVersion. */
    write(resource, object) {
        const key = keyOfObject(resource, object);
        const before = this.#objects.get(key) ?? null;
        const stored = this.#stamp(object);
        this.#objects.set(key, stored);
        this.#publish({
            type: before === null ? 'ADDED' : 'MODIFIED',
            resource,
            revision: this.#revision,
            object: stored,
            before,
        });
        return copy(stored);
    }
    remove(resource, object) {
        const key = keyOfObject(resource, object);
        const before = this.#objects.get(key);
        if (before === undefined)
            return;
        this.#objects.delete(key);
        const last = this.#stamp(before);
        const type = 'DELETED';
        this.#publish({ type, resource, revision: this.#revision, object: last, before });
    }
    /** Changes after a revision, null where they are no longer kept. */
    since(revision) {
        if (revision < this.#oldest)
            return null;
        return this.#history.filter(change => change.revision > revision);
    }
    /** Forgets the history, as etcd's compaction does. */
    compact() {
        this.#revision++;
        this.#oldest = this.#revision;
        this.#history = [];
    }
    /** Calls the listener after each change; the answer ends that. */
    subscribe(listener) {
        this.#listeners.add(listener);
        return () => {
            this.#listeners.delete(listener);
        };
    }
    #stamp(object) {
        this.#revision++;
        const stored = copy(object);
        objectIn(stored, 'metadata')['resourceVersion'] = String(this.#revision);
        return stored;
    }
    #publish(change) {
        this.#history.push(change);
        if (this.#history.length > HISTORY) {
            const dropped = this.#history.shift();
            this.#oldest = dropped?.revision ?? this.#oldest;
        }
        for (const listener of this.#listeners)
            listener(change);
    }
}
function store_keyOf(resource, namespace, name) {
    const scope = resource.namespaced && namespace !== '' ? `${namespace}/` : '';
    return `/registry/${resource.plural}/${scope}${name}`;
}
function keyOfObject(resource, object) {
    return store_keyOf(resource, textAt(object, 'metadata', 'namespace'), textAt(object, 'metadata', 'name'));
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/watch.js




const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';
const DEFAULT_SECONDS = 1800;
class Watches {
    #store;
    #bookmarkMilliseconds;
    #open = new Set();
    constructor(store, bookmarkMilliseconds) {
        this.#store = store;
        this.#bookmarkMilliseconds = bookmarkMilliseconds;
    }
    /** How many are running. */
    get count() {
        return this.#open.size;
    }
    /** Starts to answer; the response ends when the watch does. Throws a 400 or 500 before anything was written. */
    start(request, response) {
        // Whoever asked has left while the answer was delayed.
        if (response.destroyed)
            return;
        const watch = new Watch(this.#store, request, response, this.#bookmarkMilliseconds);
        this.#open.add(watch);
        response.on('close', () => {
            watch.end();
            this.#open.delete(watch);
        });
        watch.begin();
    }
    /** Ends every watch with the event of an expired resourceVersion. */
    expire() {
        for (const watch of this.#open)
            watch.fail(1);
    }
    /** Sends a bookmark to every watch that allows them. */
    bookmark() {
        for (const watch of this.#open)
            watch.bookmark();
    }
    end() {
        for (const watch of this.#open)
            watch.end();
    }
}
class Watch {
    #store;
    #request;
    #response;
    #test;
    #revision;
    #timers = [];
    #unsubscribe = null;
    constructor(store, request, response, bookmarkMilliseconds) {
        this.#store = store;
        this.#request = request;
        this.#response = response;
        this.#test = objectTest(request.query, request.strategy);
        this.#revision = revisionOf(request.query);
        const seconds = Number(request.query.get('timeoutSeconds') ?? '') || DEFAULT_SECONDS;
        this.#timers.push(setTimeout(() => this.end(), seconds * 1000));
        this.#timers.push(setInterval(() => this.bookmark(), bookmarkMilliseconds));
        for (const timer of this.#timers)
            timer.unref();
    }
    get #allowsBookmarks() {
        return ['1', 'true'].includes(this.#request.query.get('allowWatchBookmarks') ?? '');
    }
    begin() {
        this.#response.writeHead(200, { 'content-type': 'application/json' });
        this.#response.flushHeaders();
        const replay = this.#revision === 0 ? this.#current() : this.#store.since(this.#revision);
        if (replay === null) {
            this.fail(this.#revision);
            return;
        }
        for (const change of replay)
            this.#deliver(change);
        if (this.#revision === 0)
            this.bookmark({ [INITIAL_EVENTS_END]: 'true' });
        this.#unsubscribe = this.#store.subscribe(change => this.#deliver(change));
    }
    /** What is there now, as if it had just been added. */
    #current() {
        const { resource, namespace } = this.#request;
        return this.#store.list(resource, namespace).map(object => ({
            type: 'ADDED',
            resource,
            revision: this.#store.revision,
            object,
            before: null,
        }));
    }
    #deliver(change) {
        const { resource, namespace } = this.#request;
        if (change.resource !== resource)
            return;
        if (namespace !== '' && textAt(change.object, 'metadata', 'namespace') !== namespace)
            return;
        const wasSeen = change.before !== null && this.#test(change.before);
        const isSeen = change.type !== 'DELETED' && this.#test(change.object);
        if (!wasSeen && !isSeen)
            return;
        if (!isSeen)
            this.#write('DELETED', change.object);
        else
            this.#write(wasSeen ? 'MODIFIED' : 'ADDED', change.object);
    }
    bookmark(annotations = null) {
        if (!this.#allowsBookmarks || this.#response.writableEnded)
            return;
        const { resource } = this.#request;
        this.#write('BOOKMARK', {
            kind: resource.kind,
            apiVersion: apiVersion(resource),
            metadata: {
                resourceVersion: String(this.#store.revision),
                ...(annotations === null ? {} : { annotations }),
            },
        });
    }
    fail(revision) {
        const text = `too old resource version: ${revision} (${this.#store.oldest})`;
        this.#write('ERROR', expired(text).status);
        this.end();
    }
    end() {
        this.#unsubscribe?.();
        this.#unsubscribe = null;
        for (const timer of this.#timers)
            clearTimeout(timer);
        if (!this.#response.writableEnded)
            this.#response.end();
    }
    #write(type, object) {
        if (this.#response.writableEnded)
            return;
        this.#response.write(`${JSON.stringify({ type, object })}\n`);
    }
}
/** 0 where the watch shall begin with what is there. */
function revisionOf(query) {
    const said = query.get('resourceVersion') ?? '';
    if (said === '')
        return 0;
    if (/^\d+$/.test(said))
        return Number(said);
    const fault = `strconv.ParseUint: parsing ${JSON.stringify(said)}: invalid syntax`;
    throw internal(`resourceVersion: Invalid value: ${JSON.stringify(said)}: ${fault}`);
}

;// CONCATENATED MODULE: ./build/sandbox/cluster/cluster.js
// A Kubernetes API server with its signers, inside this process: the parts put together. It is a second opinion on
// Kubernetes' rules, written from the API's behaviour, and shares no code with what it judges.















const SIGN = { apiGroups: ['certificates.k8s.io'], resources: ['signers'], verbs: ['sign'] };
/** Starts a cluster; it is ready when the promise resolves, and gone after `close()`. */
async function startSandboxCluster(options = {}) {
    const now = options.now ?? (() => new Date());
    const random = options.random ?? (length => new Uint8Array((0,external_node_crypto_.randomBytes)(length)));
    const authorities = makeAuthorities(options, now(), random);
    const authorizer = new Authorizer();
    authorizer.allow({ user: SIGNING_CONTROLLER.name }, [SIGN]);
    for (const { subject, rules } of options.rules ?? [])
        authorizer.allow(subject, rules);
    const store = new ObjectStore();
    const registry = makeRegistry(store, authorizer, now, random);
    const objects = new Objects(store, registry);
    populate(objects, authorities.client, options.namespaces ?? []);
    const signers = makeSigners(options, authorities.client, now(), random);
    const signer = new Signer({
        store,
        signers,
        now,
        random,
        updateStatus: object => forgiving(() => objects.updateStatus(object)),
        delayMilliseconds: options.signerDelayMilliseconds ?? 5,
    });
    const watches = new Watches(store, options.bookmarkMilliseconds ?? 60_000);
    const authenticator = new Authenticator([authorities.client.certificate], now);
    const faults = new Faults();
    const log = [];
    let address = '';
    const api = new Api({ store, registry, authorizer, watches, now, address: () => address });
    const key = newKeyPair();
    const server = new ApiServer({
        api,
        authenticator,
        faults,
        now,
        log,
        keyPem: privateKeyPem(key.privateKey),
        certificatePem: serverCertificate(authorities.server, key, serverNames(now()), random),
        clientCaPem: authorities.client.certificatePem,
    });
    address = `127.0.0.1:${await server.listen(options.port ?? 0)}`;
    const url = `https://${address}`;
    const caPem = authorities.server.certificatePem;
    const clientFor = (user, groups = [], client = {}) => clientCertificate(authorities.client, user, groups, now(), random, client);
    return {
        server: url,
        caPem,
        clientCaPem: authorities.client.certificatePem,
        signerCaPem: name => signers.get(name)?.root.certificatePem ?? null,
        clientFor,
        kubeconfig: (user, groups = []) => kubeconfig(url, caPem, clientFor(user, groups)),
        adminKubeconfig: () => kubeconfig(url, caPem, clientFor('owner', [MASTERS])),
        tokenKubeconfig: token => kubeconfig(url, caPem, { token }),
        addToken: (token, user, groups = []) => {
            authenticator.addToken(token, { name: user, uid: '', groups, extra: {} });
        },
        removeToken: token => authenticator.removeToken(token),
        allow: (subject, rules) => authorizer.allow(subject, rules),
        objects,
        faults,
        signerFaults: wanted => {
            signer.faults = wanted;
            signer.resume();
        },
        strangeAuthority: () => createAuthority(lifeOf('strange-ca', now()), random),
        expireWatches: () => {
            store.compact();
            watches.expire();
        },
        sendBookmarks: () => watches.bookmark(),
        get watchCount() {
            return watches.count;
        },
        log,
        close: async () => {
            signer.end();
            watches.end();
            await server.close();
        },
    };
}
/** A controller's write that came too late is no fault of the cluster. */
function forgiving(write) {
    try {
        write();
    }
    catch (error) {
        if (!(error instanceof StatusError) || ![404, 409].includes(error.code))
            throw error;
    }
}

;// CONCATENATED MODULE: ./build/sandbox/serve.js
// countersign sandbox: the embedded cluster for a person to try things on, until they stop it.





/** A signer beside Kubernetes' own, with an intermediate, for trying custom signers. */
const TEAM_SIGNER = { signerName: 'example.com/team', hasIntermediate: true };
/** Serves until `signal` aborts. `say` gets one text: where it is and how to use it. */
async function serveSandbox(options, say, signal) {
    const cluster = await startSandboxCluster({
        port: options.port,
        namespaces: ['apps', 'countersign'],
        signers: [TEAM_SIGNER],
    });
    const folder = options.kubeconfig === null ? await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'countersign-sandbox-')) : null;
    try {
        const path = folder === null ? (options.kubeconfig ?? '') : (0,external_node_path_.join)(folder, 'kubeconfig');
        await writeKubeconfig(path, cluster.adminKubeconfig());
        say(`KUBECONFIG=${path}`);
        say(`a cluster at ${cluster.server}, empty and gone when you press Ctrl-C; try: KUBECONFIG=${path} countersign plan`);
        await aborted(signal);
    }
    finally {
        await cluster.close();
        if (folder !== null)
            await (0,promises_.rm)(folder, { recursive: true, force: true });
    }
}
/** Holds a private key: for its owner only, and never over a file that is there. */
async function writeKubeconfig(path, content) {
    try {
        await (0,promises_.writeFile)(path, content, { mode: 0o600, flag: 'wx' });
    }
    catch (cause) {
        throw (0,problem/* failure */.V2)('RUN_FILES', `the kubeconfig ${path} cannot be written`, 'name a file that does not exist, in a folder you may write', cause);
    }
}
function aborted(signal) {
    return new Promise(resolve => {
        if (signal.aborted)
            resolve();
        else
            signal.addEventListener('abort', () => resolve(), { once: true });
    });
}


/***/ })

};
