/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

/** What the shell is told. */
enum ExitCode {
    /** The command did what it was asked. */
    DONE(0),
    /** Anything that is not one of the others. */
    FAILED(1),
    /** The command line, the request or an input is wrong. */
    USAGE_OR_INPUT(2),
    /** A limit was, or would be, breached. */
    BREACHED(3),
    /** Of several merges at least one is not done; why is said of each. */
    NOT_ALL_DONE(4),
    /** An output is not what its inputs say; what is wrong is told. */
    INVALID_OUTPUT(5);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
