"""The Spanish words of an opt-out, as callers say them to an agent that speaks English. Pure: patterns only.

They are matched in lower case and without accents: "No me llame más" is "no me llame mas".
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordsAlone:
    """Words that mean an opt-out when they are all that is said, and a pattern of what may stand beside them."""

    alone: frozenset[str]
    padding: str


SPANISH_WORDS = WordsAlone(
    alone=frozenset(
        {"alto", "basta", "pare", "paren", "parar", "parele", "cancelar", "cancele", "cancelen", "detengase"}
        | {"detenganse", "detente", "termine", "terminar"}
    ),
    padding="por favor|gracias|ya|le digo|dije|adios|oiga|mire|senor|senora|senorita|no gracias|no me interesa",
)
CALL = (
    r"(llame|llamen|llames|contacte|contacten|contactes|moleste|molesten|molestes|marque|marquen|marques|hable|hablen)"
)
TO_CALL = r"(llamar|contactar|molestar|marcar|hablar|telefonear|escribir|hostigar|acosar)(me|nos)?"
NOT_NOW = (  # "no me llame antes de las cinco" is about the hour
    r"(?! *(antes|despues|hasta|a las|a la|al trabajo|en|durante|mientras|cuando|hoy|manana|ahora|esta|este|tan|el|los"
    r"|por la|entre|si|asi)\b)"
)
ASKS_IN_SPANISH = re.compile(
    rf"\b(no|nunca|jamas|ya no|que no) (me|nos|le|les) {CALL}\b( \w+){{0,4}}? (mas|jamas|nunca|otra vez|de nuevo)\b"
    rf"|\b(no|nunca|jamas) (me|nos) {CALL}\b{NOT_NOW}"
    rf"|\b(no|nunca|jamas) {CALL} (mas|aqui|nunca|otra vez|de nuevo|a (este|esta|mi|nuestro) (numero|telefono|casa))\b"
    rf"|\b(no|nunca) {CALL}( por favor)?$"
    rf"|\bno ((me|nos) )?vuelv\w+ a {TO_CALL}\b|\bno llamar\b"
    rf"|\b(deje|dejen|deja|dejar|para|pare|paren|parar) de {TO_CALL}\b"
    rf"|\bno (quiero|queremos|quisiera|deseo|deseamos)( que)?( me| nos)?( vuelvan?| sigan?| recibir| mas| sus"
    rf"| estas| tener| a| ninguna)* (llamadas|{CALL}|llamando|{TO_CALL}|llamada)\b{NOT_NOW}"
    r"|\b(no|ni) (mas|una) llamadas?( mas)?\b"
    r"|\b(quit(e|en|a|ar)(me|nos|n)?|saqu(e|en)(me|nos)?|sac(a|ar)(me|nos)|borr(e|en|a|ar)(me|nos)?"
    r"|elimin(e|en|a|ar)(me|nos)?|remuev(a|an)(me|nos)?|tach(e|en)(me|nos)?)\b( \w+){0,4}? "
    r"(lista|listas|numero|telefono|nombre|registro|sistema|base de datos)\b"
    r"|\b(dejeme|dejenme|dejame|dejanos|dejenos) (en paz|tranquil[oa]s?)\b"
    r"|\b(revoco|retiro|cancelo|quito)( \w+)? (consentimiento|permiso|autorizacion)\b"
    r"|\bno (doy|di|tiene|tienen)( \w+)? (consentimiento|permiso|autorizacion)\b"
    r"|\b(darme|denme|deme|dar|dame) de baja\b"
)
MAY_ASK_IN_SPANISH = re.compile(
    r"^((espere|espera|oiga|por favor|no|si|ya|mire|perdon|bueno) )*(pare|paren|detengase|detenganse)\b"
    r"|\bsiguen? llamando\b|\bno (tiene|hace falta|es necesario) (que|de)? ?(llamar|volver a llamar)\w*\b"
    r"|\bno mas$|\bcansad[oa] de (\w+ ){0,2}llamadas\b"
)
