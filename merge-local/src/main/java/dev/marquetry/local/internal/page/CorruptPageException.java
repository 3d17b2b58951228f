/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.page;

/** The bytes of a page are not what its header, its column or the format say. The message does not name the file. */
public final class CorruptPageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong. */
    public CorruptPageException(String message) {
        super(message);
    }

    /** Says what is wrong, and what a codec said about it. */
    public CorruptPageException(String message, Throwable cause) {
        super(message, cause);
    }
}
