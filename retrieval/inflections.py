"""Inflections: other forms of a word that no stemmer finds: `sell`, `sale` and `seller` for who asks what was sold.

English questions have the plain form of a verb (`What did he sell?`), the texts that answer them the past one.
"""

from __future__ import annotations

_FORMS = """
act actor, advise advice, analyse analysis, arise arose arisen, attend attendee, bake baker bakery, bear bore, beat
beaten, become became, begin began begun, believe belief, bend bent, bind bound, bite bit bitten, bleed bled, blow
blew blown, break broke broken, breed bred, bring brought, build built builder, burn burnt, buy bought buyer, catch
caught, child children, choose chose chosen choice, clean cleaner, cling clung, come came, conduct conductor,
contribute contributor, creep crept, crisis crises, criterion criteria, deal dealt, decide decision, deep depth,
dental dentist, die died death, dig dug, direct director, draw drew drawn, drink drank drunk, drive drove driven
driver, eat ate eaten, edit editor, electric electrician, employ employee, fall fell fallen, farm farmer, feed fed,
feel felt, fight fought, flee fled, fly flew flown flight, foot feet, forbid forbade forbidden, foresee foresaw
foreseen, forget forgot forgotten, forgive forgave forgiven, founded founder, freeze froze frozen, give gave given, go
went gone, govern governor, grow grew grown growth, half halves, hang hung, hear heard, hide hid hidden, high height,
hold held holder, index indices, inspect inspector, invent inventor, invest investor, joinery joiner, keep kept, kill
killer, knife knives, know knew known, lay laid, lead led leader, leave left, lend lent lender, license licensee, life
lives, long length, lose lost loss, make made maker, man men, matrix matrices, mean meant, meet met, mislead misled,
mistake mistook mistaken, misunderstand misunderstood, mouse mice, nominate nominee, outgrow outgrew outgrown,
overcome overcame, overpay overpaid overpayment, oversee oversaw overseen, overtake overtook overtaken, overthrow
overthrew overthrown, own owner, paint painter, pay paid payment, person people, phenomenon phenomena, play player,
plumbing plumber, prove proven proof, rebuild rebuilt, redo redid redone, repay repaid repayment, resell resold
resale, resend resent, retake retook retaken, rewrite rewrote rewritten, ride rode ridden rider, rise rose risen, roof
roofer, rule ruler, run ran runner, see saw seen, seek sought, sell sold sale seller, send sent sender, shake shook
shaken, shelf shelves, shoot shot, show shown, shrink shrank shrunk, sing sang sung singer, sink sank sunk, sit sat,
sleep slept, slide slid, speak spoke spoken speaker speech, spend spent, spin spun, stand stood, steal stole stolen,
stick stuck, strike struck stricken, strive strove, strong strength, succeed success, supervise supervisor, survey
surveyor, survive survivor, swear swore sworn, sweep swept, swell swollen, swim swam swum swimmer, swing swung, take
took taken, teach taught teacher, tear tore torn, tell told, think thought, throw threw thrown, tile tiler, tooth
teeth, undergo underwent undergone, underpay underpaid underpayment, understand understood, undertake undertook
undertaken, undo undid undone, uphold upheld, vandalise vandalism, visit visitor, wake woke woken, wear wore worn,
weave wove woven, weigh weight, weld welder, wide width, wife wives, win won winner, withdraw withdrew withdrawn,
withhold withheld, woman women, work worker, write wrote written writer
"""
"""Plain forms, each with those of its others that Porter's stemmer does not bring to the same stem."""
GROUPS = [tuple(group.split()) for group in _FORMS.split(",")]
PLAIN = {form: plain for plain, *others in GROUPS for other in others for form in (other, f"{other}s")}
"""Of each other form the plain one."""
