/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.call;

import dev.marquetry.StrategyUnavailableException;
import java.lang.reflect.Proxy;

/** Stands for clients where nothing is to be called. Thread-safe. */
public final class NoCalls {
    private NoCalls() {}

    /** Returns a client whose every method throws {@link StrategyUnavailableException}. */
    public static <T> T client(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (client, method, arguments) -> {
                    throw refusal("call " + type.getSimpleName() + "." + method.getName());
                }));
    }

    /** Returns what to throw where a strategy that only estimates is asked to do something. */
    public static StrategyUnavailableException refusal(String doing) {
        return new StrategyUnavailableException("Cannot " + doing + ": this strategy only estimates");
    }
}
