/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

/** A compression codec that is not offered, or not without a library that is missing; the message says what to do. */
public final class UnsupportedCodecException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says which codec, and what to do. */
    public UnsupportedCodecException(String message) {
        super(message);
    }

    /** Says which codec, what to do, and why it did not load. */
    public UnsupportedCodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
