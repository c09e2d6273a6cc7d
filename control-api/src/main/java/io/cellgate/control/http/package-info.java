/**
 * The HTTP side of the API: the OpenAPI document as the contract, requests judged by it, access, problem
 * documents (RFC 9457), paging and entity tags. Sockets are read and written on Vert.x event loops; each request
 * is answered on a virtual thread of its own, where blocking is fine.
 */
@NullMarked
package io.cellgate.control.http;

import org.jspecify.annotations.NullMarked;
