package io.cellgate.control.http;

/** The kinds of problem that the API reports. Their URIs are stable: clients may compare them. */
public enum ProblemType {
    /** The request does not fit its description; every fault is listed. */
    INVALID_REQUEST(400, "invalid-request", "The request is not as the API describes it"),
    /** The policy does not compile; every fault is listed with its rule, line and column. */
    POLICY_REJECTED(422, "policy-rejected", "The policy does not compile"),
    /** No token, or one that is unknown, expired or revoked. */
    UNAUTHENTICATED(401, "unauthenticated", "A valid bearer token is needed"),
    /** The token's role does not suffice. */
    FORBIDDEN(403, "forbidden", "The token may not do this"),
    /** No such object, or not one of the token's account. */
    NOT_FOUND(404, "not-found", "There is no such object"),
    /** The path exists, the method there does not. */
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "The method is not offered here"),
    /** The object's state does not permit it. */
    CONFLICT(409, "conflict", "The state of the object does not permit this"),
    /** The idempotency key was used for another request. */
    IDEMPOTENCY_KEY_REUSED(422, "idempotency-key-reused",
            "The idempotency key belongs to another request"),
    /** If-Match names another revision than the current one. */
    STALE(412, "stale", "The object has changed since it was read"),
    /** If-Match is required and missing. */
    PRECONDITION_REQUIRED(428, "precondition-required", "If-Match is required"),
    /** The body is longer than this operation takes. */
    TOO_LARGE(413, "too-large", "The body is too large"),
    /** The body is of a type that the operation does not take. */
    UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "The body's type is not taken here"),
    /** Too many failed log-ins from this address. */
    TOO_MANY_ATTEMPTS(429, "too-many-attempts", "Too many failed attempts"),
    /** More requests in a short time than the token or its account may make. */
    RATE_LIMITED(429, "rate-limited", "Too many requests"),
    /** More requests at once than this process answers. */
    OVERLOADED(503, "overloaded", "Too many requests are under way"),
    /** Something this process needs is not there. */
    UNAVAILABLE(503, "unavailable", "A part of the gateway is not available"),
    /** A fault in the gateway; its log says more under the request's id. */
    INTERNAL(500, "internal", "The gateway failed");

    private final int status;
    private final String name;
    private final String title;

    ProblemType(int status, String name, String title) {
        this.status = status;
        this.name = name;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String uri() {
        return "urn:cellgate:problem:" + name;
    }

    public String title() {
        return title;
    }
}
