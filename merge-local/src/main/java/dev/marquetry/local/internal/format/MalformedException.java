/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import java.io.IOException;

/** Bytes are not the structure that should be there. The message names no file. */
public class MalformedException extends IOException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong. */
    public MalformedException(String message) {
        super(message);
    }

    /** Refuses a {@code what} that is not complete. */
    static void unless(boolean isComplete, String what) throws MalformedException {
        if (!isComplete) {
            throw new MalformedException("a " + what + " lacks what it must have");
        }
    }

    /** The structure does not end where the bytes do; more of them may help. */
    public static final class Truncated extends MalformedException {
        private static final long serialVersionUID = 1;

        Truncated() {
            super("a structure is cut");
        }

        /** Leaves the stack out: a page header that lies across two buffers is no rare thing. */
        @Override
        public Throwable fillInStackTrace() {
            return this;
        }
    }
}
