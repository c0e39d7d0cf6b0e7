"""One Hebrew sentence for each refusal code: what happened, and what to do."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from house import hebrew
from house.images import PictureProblem
from house.process import Refusal

SENTENCES = {
    "wrong_state": gettext_noop("המצב השתנה בינתיים. כדאי לרענן את העמוד ולראות מה אפשר לעשות עכשיו."),
    "wrong_party": gettext_noop("הפעולה הזו שייכת לצד אחר."),
    "stranger": gettext_noop("הפעולה הזו שייכת רק לשני הצדדים."),
    "suspended": gettext_noop(
        "החשבון מושעה, ולכן אי אפשר להתחיל דברים חדשים. אפשר להמשיך הזמנות פתוחות ולפנות לשירות הלקוחות."
    ),
    "quick_response_empty": gettext_noop("לתגובה מהירה צריך שם וטקסט."),
    "quick_responses_full": gettext_noop("אפשר לשמור עד %(most)s תגובות. כדי להוסיף, צריך למחוק אחת."),
    # people
    "terms_not_agreed": gettext_noop("כדי להמשיך צריך לאשר את תנאי השימוש."),
    "not_a_provider": gettext_noop("קודם צריך לפתוח מצב מכירה."),
    "bad_username": gettext_noop("כתובת הפרופיל: 3 עד 40 תווים, אותיות קטנות באנגלית, ספרות ומקפים."),
    "username_taken": gettext_noop("הכתובת הזו כבר תפוסה. אפשר לבחור כתובת אחרת."),
    "bio_length": gettext_noop("התיאור צריך להיות באורך של %(least)s עד %(most)s תווים."),
    "client_not_agreed": gettext_noop("אפשר להציג לקוח רק בהסכמתו. צריך לסמן שההסכמה ניתנה."),
    "showcase_full": gettext_noop("אפשר להציג עד %(most)s לקוחות. כדי להוסיף, צריך להסיר אחד."),
    "portfolio_full": gettext_noop("אפשר עד %(most)s עבודות בתיק. כדי להוסיף, צריך להסיר אחת."),
    "bad_year": gettext_noop("השנה לא הגיונית. אפשר גם להשאיר ריק."),
    "open_orders": gettext_noop("יש הזמנות פתוחות (%(number)s). אפשר לסגור את החשבון אחרי שיסתיימו."),
    "application_waiting": gettext_noop("הבקשה כבר נשלחה ונבדקת עכשיו."),
    "authorised_before": gettext_noop("החשבון כבר מאומת."),
    "reason_missing": gettext_noop("חסרה סיבה. היא תישלח לצד השני ותישמר ביומן."),
    "not_on_the_owner": gettext_noop("אי אפשר להשעות או לחסום חשבון של בעלות."),
    "name_missing": gettext_noop("צריך שם לקטגוריה ולכל תת־קטגוריה."),
    "not_on_yourself": gettext_noop("אי אפשר לבצע את הפעולה על החשבון שלך."),
    "last_owner": gettext_noop("חייב להישאר לפחות אדם אחד בבעלות."),
    # offers
    "contact_details": gettext_noop("נמצאו פרטי קשר: %(found)s. צריך להסיר אותם, כל התקשורת מתנהלת באתר."),
    "title_too_long": gettext_noop("הכותרת ארוכה מדי: עד %(most)s תווים."),
    "too_many_tags": gettext_noop("אפשר עד %(most)s תגיות."),
    "tag_too_long": gettext_noop("תגית ארוכה מדי: עד %(most)s תווים בכל אחת."),
    "wrong_subcategory": gettext_noop("תת־הקטגוריה לא שייכת לקטגוריה שנבחרה."),
    "wrong_service_type": gettext_noop("סוג השירות לא שייך לתת־הקטגוריה שנבחרה."),
    "category_locked": gettext_noop("אחרי פרסום אי אפשר לשנות קטגוריה. לקטגוריה אחרת צריך הצעה חדשה."),
    "wrong_number_of_packages": gettext_noop("בקטגוריה הזו אפשר חבילה אחת, ובחלק מהקטגוריות שלוש."),
    "price_out_of_range": gettext_noop("המחיר צריך להיות בין %(least)s ₪ ל־%(most)s ₪."),
    "days_out_of_range": gettext_noop("מספר הימים צריך להיות בין 1 ל־%(most)s."),
    "fast_needs_days_and_price": gettext_noop("מסירה מהירה צריכה גם ימים וגם מחיר."),
    "fast_not_faster": gettext_noop("מסירה מהירה צריכה להיות קצרה מזמן המסירה הרגיל."),
    "unknown_item": gettext_noop("אחד הפריטים לא שייך לתת־הקטגוריה."),
    "too_many_extras": gettext_noop("בדרגה הנוכחית אפשר עד %(most)s תוספות, כולל מסירה מהירה."),
    "extra_price_out_of_range": gettext_noop("מחיר תוספת בדרגה הנוכחית: עד %(most)s ₪."),
    "shipping_without_goods": gettext_noop("משלוח אפשרי רק כשהשירות כולל מוצר פיזי."),
    "extra_needs_title": gettext_noop("לכל תוספת צריך שם."),
    "description_too_long": gettext_noop("התיאור ארוך מדי: עד %(most)s תווים."),
    "too_many_requirements": gettext_noop("אפשר עד %(most)s דרישות."),
    "choice_too_long": gettext_noop("תשובה אפשרית ארוכה מדי: עד %(most)s תווים בכל אחת."),
    "choice_needs_choices": gettext_noop("לשאלת בחירה צריך לפחות שתי תשובות אפשריות."),
    "too_many_images": gettext_noop("אפשר עד %(most)s תמונות. כדי להוסיף, צריך להסיר אחת."),
    "rights_not_declared": gettext_noop("צריך לאשר שהתמונות שלך או שיש לך זכות להשתמש בהן."),
    "offer_incomplete": gettext_noop("חסרים פרטים. הרשימה למטה מראה מה ואיפה."),
    "too_many_offers": gettext_noop("בדרגה הנוכחית אפשר עד %(most)s הצעות פעילות."),
    "return_in_the_past": gettext_noop("תאריך החזרה צריך להיות בעתיד."),
    "offer_closed": gettext_noop("ההצעה לא זמינה להזמנה כרגע."),
    "own_offer": gettext_noop("אי אפשר להזמין מעצמך."),
    "bad_package": gettext_noop("החבילה הזו כבר לא קיימת. אפשר לבחור אחרת."),
    "bad_quantity": gettext_noop("אפשר להזמין עד %(most)s יחידות."),
    "bad_extra": gettext_noop("אחת התוספות השתנתה. כדאי לבחור אותה שוב."),
    "no_fast": gettext_noop("אין מסירה מהירה בחבילה הזו."),
    "fast_too_many": gettext_noop("מסירה מהירה אפשרית עד %(most)s יחידות."),
    "total_too_large": gettext_noop("הסכום גדול מדי להזמנה אחת."),
    # paying
    "price_changed": gettext_noop("המחיר השתנה בינתיים. הסכום המעודכן מופיע כאן, ואפשר להמשיך לפיו."),
    "checkout_over": gettext_noop("התשלום הזה כבר הסתיים. אפשר לבדוק את מצב ההזמנה."),
    "checkout_expired": gettext_noop("הזמן לתשלום נגמר. אפשר לחזור להצעה ולהתחיל מחדש."),
    "checkout_not_declined": gettext_noop("אין צורך בניסיון נוסף."),
    "gateway_down": gettext_noop("חברת התשלומים לא עונה כרגע ולא נגבה דבר. אפשר לנסות שוב בעוד דקה."),
    "refund_unpaid": gettext_noop("אין תשלום להחזיר."),
    "refund_too_large": gettext_noop("אי אפשר להחזיר יותר ממה ששולם."),
    # orders
    "cancellation_open": gettext_noop("יש בקשת ביטול פתוחה. קודם צריך לענות עליה או למשוך אותה."),
    "request_open": gettext_noop("כבר יש בקשה פתוחה בהזמנה הזו."),
    "cancellation_too_soon": gettext_noop(
        "בקשת ביטול נדחתה לאחרונה. אפשר לבקש שוב מ%(until)s, ובינתיים לפנות לשירות הלקוחות."
    ),
    "unknown_reason": gettext_noop("צריך לבחור סיבה מהרשימה."),
    "explanation_missing": gettext_noop("חסר הסבר: לפחות %(least)s תווים."),
    "proof_missing": gettext_noop("צריך לצרף אסמכתה: קובץ, הודעה או מסירה מההזמנה, או איחור."),
    "requirements_missing": gettext_noop("חסרות תשובות לדרישות החובה: %(positions)s. מה שנכתב נשמר."),
    "reminded_today": gettext_noop("תזכורת כבר נשלחה ביממה האחרונה."),
    "too_early_to_give_up": gettext_noop("אפשר לבטל בשל דרישות חסרות מ%(until)s."),
    "delivery_empty": gettext_noop("מסירה צריכה קובץ, קישור, או לפחות %(least)s תווים של הסבר."),
    "not_confirmed": gettext_noop("בקשת התיקונים לא נרשמה: צריך לענות בכן או לא על כל השאלות."),
    "no_revisions": gettext_noop("לא נותרו סבבי תיקונים. אפשר לאשר, או לבקש ביטול."),
    # the Resolution Center and milestones
    "revisions_left": gettext_noop("עוד נותרו סבבי תיקונים, ואפשר פשוט להשתמש בהם."),
    "revisions_unlimited": gettext_noop("בשלב הזה אין הגבלה על סבבי תיקונים, ואין מה להוסיף."),
    "bad_days": gettext_noop("אפשר לבקש בין %(least)s ל־%(most)s ימים. בשינוי בלי מחיר צריך לפחות יום אחד."),
    "bad_revisions": gettext_noop("אפשר להוסיף בין סבב אחד ל־%(most)s סבבי תיקונים."),
    "bad_partial_refund": gettext_noop("החזר חלקי הוא יותר מאפס ופחות מכל הסכום שמוחזק. להחזר מלא אפשר לבקש ביטול."),
    "needs_payment": gettext_noop("השינוי הזה נכנס לתוקף אחרי תשלום."),
    "nothing_to_pay": gettext_noop("אין כאן משהו לשלם עליו."),
    "update_empty": gettext_noop("העדכון קצר מדי: לפחות %(least)s תווים."),
    "answer_only": gettext_noop("על בקשת עדכון עונים במילים או במסירה, ואי אפשר לדחות אותה."),
    "stage_not_next": gettext_noop("השלב הזה עוד לא יכול להתחיל. כדאי לרענן את העמוד."),
    "full_project_missing": gettext_noop("בשלב האחרון צריך לצרף קובץ או קישור ולסמן שהמסירה מכילה את הפרויקט כולו."),
    "nothing_declined": gettext_noop("קודם כדאי לנסות להסכים במרכז הפתרונות. לשירות הלקוחות פונים אחרי שבקשה נדחתה."),
    "held_before": gettext_noop("שירות הלקוחות כבר בודקים את ההזמנה."),
    "order_over": gettext_noop("ההזמנה הסתיימה בינתיים ואין מה להחליט בה. אפשר לסגור את הפנייה."),
    "dispute_needs_decision": gettext_noop("מחלוקת נסגרת בהחלטה."),
    "questionnaire_missing": gettext_noop("עוד לא נשלח שאלון היכרות בהזמנה הזו."),
    "nothing_answered": gettext_noop("אפשר לסמן את זה אחרי שהצד השני ענה על השאלה שלך."),
    "message_flood": gettext_noop("נשלחו הרבה הודעות בזמן קצר. אפשר להמשיך בעוד דקה."),
    "message_mass": gettext_noop(
        "אותה הודעה כבר נשלחה היום אל %(most)s אנשים. הודעות לכולם הן ספאם; אפשר לכתוב לכל אחד במילים שלו."
    ),
    "message_empty": gettext_noop("ההודעה ריקה."),
    "message_too_long": gettext_noop("ההודעה ארוכה מדי: עד %(most)s תווים."),
    "talking_to_yourself": gettext_noop("אי אפשר לשלוח הודעה לעצמך."),
    # files
    "file_too_large": gettext_noop("הקובץ גדול מדי: עד %(most)s MB. אפשר לשלוח קישור במקום."),
    "file_empty": gettext_noop("הקובץ ריק."),
    "too_many_files": gettext_noop("אפשר לצרף עד %(most)s קבצים."),
    # custom offers
    "not_your_offer": gettext_noop("אפשר להציע רק על בסיס הצעה שלך."),
    "bad_quote_expiry": gettext_noop("תוקף ההצעה צריך להיות בין יום אחד ל־%(most)s ימים."),
    "bad_number_of_milestones": gettext_noop("צריך בין שלב אחד ל־%(most)s שלבים."),
    "milestone_needs_name": gettext_noop("לכל שלב צריך שם."),
    "milestones_have_no_extras": gettext_noop("בהצעה עם שלבים אין תוספות. אפשר להוסיף שלב."),
    "client_gone": gettext_noop("החשבון הזה לא יכול להזמין כרגע, ולכן אי אפשר לשלוח אליו הצעה."),
    "quote_sent_before": gettext_noop("הצעה כזאת כבר נשלחה וממתינה לתשובה. אפשר לשנות בה משהו, או לחכות."),
    "too_many_quotes": gettext_noop("אפשר לשלוח עד %(most)s הצעות אישיות ביממה. אפשר להמשיך מחר."),
    "too_many_lines": gettext_noop("אפשר עד %(most)s שורות של תוספות."),
    "milestones_above": gettext_noop("שלבים אפשריים בסכום כולל של יותר מ־%(least)s ₪."),
    # away
    "away": gettext_noop("כרגע אין כאן קבלה של הזמנות או פניות חדשות. תאריך החזרה כתוב בפרופיל."),
    "away_in_the_past": gettext_noop("היום הראשון צריך להיות היום או יום אחר בעתיד."),
    "away_backwards": gettext_noop("יום החזרה צריך להיות אחרי היום הראשון ואחרי היום."),
    "away_too_long": gettext_noop("יום החזרה צריך להיות בתוך שנה מהיום."),
    # blocks
    "block_yourself": gettext_noop("אי אפשר לחסום את עצמך."),
    "block_open_order": gettext_noop("יש ביניכם הזמנה פתוחה. אפשר לחסום אחרי שתושלם או תבוטל."),
    "block_never_ordered": gettext_noop("אפשר לחסום רק לקוחות שכבר הזמינו ממך. על הודעה פוגעת אפשר לדווח."),
    "you_blocked": gettext_noop("חסמת את הצד השני. כדי לכתוב או להזמין צריך קודם לבטל את החסימה."),
    "blocked": gettext_noop("אי אפשר ליצור כאן קשר או הזמנה חדשה. בהזמנות פתוחות השיחה ממשיכה כרגיל."),
    # service requests and proposals
    "request_text_too_long": gettext_noop("התיאור ארוך מדי: עד %(most)s תווים."),
    "budget_out_of_range": gettext_noop("התקציב צריך להיות בין %(least)s ₪ ל־%(most)s ₪, או להישאר ריק."),
    "request_incomplete": gettext_noop("חסרים פרטים. הרשימה למטה מראה מה ואיפה."),
    "too_many_requests": gettext_noop("אפשר להחזיק עד %(most)s בקשות פעילות. כדי לשלוח עוד אחת, צריך לסגור אחת."),
    "not_authorised": gettext_noop("הצעות לבקשות שולחים אחרי אימות העסק. אפשר להגיש בקשת אימות בלוח המכירה."),
    "own_request": gettext_noop("אי אפשר לשלוח הצעה לבקשה שלך."),
    "other_category": gettext_noop("אפשר להציע רק על בסיס הצעה מפורסמת שלך באותה קטגוריה כמו הבקשה."),
    "bad_start_day": gettext_noop("יום ההתחלה צריך להיות בין היום לעוד שנה."),
    "request_over": gettext_noop("הבקשה כבר לא פתוחה להצעות."),
    "proposed_before": gettext_noop("כבר שלחת הצעה לבקשה הזו, והיא ממתינה לתשובה. אפשר למשוך אותה ולשלוח אחרת."),
    # payouts
    "holder_missing": gettext_noop("חסר שם בעל/ת החשבון, כפי שהוא רשום בבנק."),
    "bad_id_number": gettext_noop("מספר הזהות או הח״פ אינו תקין. כדאי לבדוק את תשע הספרות."),
    "bad_bank_account": gettext_noop("מספר החשבון אינו מתאים לבנק ולסניף. כדאי לבדוק מול אישור ניהול חשבון."),
    "no_bank_account": gettext_noop("לפני משיכה צריך להוסיף חשבון בנק."),
    "bank_account_refused": gettext_noop("העברה קודמת חזרה מהבנק. לפני המשיכה הבאה צריך לעדכן את חשבון הבנק."),
    "bank_account_new": gettext_noop("חשבון הבנק עודכן לאחרונה. כדי להגן עליך אפשר למשוך אליו החל מ%(until)s."),
    "withdrawal_too_small": gettext_noop("הסכום הקטן ביותר למשיכה הוא %(least)s ₪."),
    "more_than_released": gettext_noop("אפשר להחזיר עד %(left)s: מה ששוחרר ועוד לא חזר."),
    "more_than_cleared": gettext_noop("אי אפשר למשוך יותר ממה שפנוי עכשיו."),
    "earnings_held": gettext_noop("הכסף מוחזק עד לבדיקה. אפשר לפנות לשירות הלקוחות."),
    "nothing_to_pay_out": gettext_noop("אין כרגע משיכות שמחכות לתשלום."),
    "approved_before": gettext_noop("האישור שלך כבר נרשם. צריך אישור של אדם נוסף."),
    # coupons and membership
    "not_a_member": gettext_noop("קופונים הם חלק מהחברות. אפשר להצטרף בעמוד החברות."),
    "bad_percent": gettext_noop("ההנחה צריכה להיות בין 1%% ל־%(most)s%%."),
    "nobody_chosen": gettext_noop("צריך לבחור לפחות לקוח/ה אחד/ת."),
    "not_your_client": gettext_noop("אפשר לתת קופון רק ללקוחות שהזמנה שלהם הושלמה לאחרונה."),
    "coupon_given_lately": gettext_noop("ביממה האחרונה כבר נשלח קופון למי שנבחרו. אפשר לשלוח שוב מחר."),
    "coupon_taken": gettext_noop("אי אפשר להשתמש בקופון הזה יותר. אפשר להמשיך בלי קופון."),
    "coupon_held": gettext_noop(
        "הקופון שמור לתשלום אחר שכבר התחיל, עד %(until)s. אפשר להשלים אותו, לחכות, או להמשיך בלי קופון."
    ),
    "order_too_small": gettext_noop("אפשר להשתמש בקופון בהזמנה של %(least)s ₪ ומעלה."),
    "bad_months": gettext_noop("צריך לבחור תקופה מהרשימה."),
    # tasks
    "tasks_over": gettext_noop("ההזמנה הסתיימה, והרשימה סגורה לשינויים."),
    "task_empty": gettext_noop("צריך לכתוב מה המשימה."),
    "task_too_long": gettext_noop("המשימה ארוכה מדי: עד %(most)s תווים."),
    "too_many_tasks": gettext_noop("אפשר עד %(most)s משימות בהזמנה."),
    "bad_task_day": gettext_noop("היום של המשימה צריך להיות בין %(first)s ל־%(last)s."),
    "unknown_task_state": gettext_noop("צריך לבחור מצב מהרשימה."),
    # reviews
    "review_closed": gettext_noop("אי אפשר לכתוב חוות דעת על ההזמנה הזו."),
    "reviewed_before": gettext_noop("חוות הדעת שלך כבר נכתבה."),
    "review_too_short": gettext_noop("חסרות כמה מילים: לפחות %(least)s תווים."),
    "bad_stars": gettext_noop("צריך לבחור ציון מ־1 עד 5 בכל שורה."),
    "not_published": gettext_noop("אפשר לענות אחרי שחוות הדעת מתפרסמת."),
    "replied_before": gettext_noop("כבר נכתבה תשובה."),
    "not_masked": gettext_noop("ההודעה כבר מוצגת כפי שנכתבה."),
    "case_closed": gettext_noop("הפנייה סגורה. אפשר לפתוח פנייה חדשה."),
    # pictures
    "not_a_picture": gettext_noop("הקובץ אינו תמונה תקינה. אפשר JPEG, PNG או WebP."),
    "too_heavy": gettext_noop("הקובץ כבד מדי: עד %(most)s MB."),
    "too_many_pixels": gettext_noop("התמונה גדולה מדי לעיבוד. אפשר להקטין אותה ולנסות שוב."),
    "too_small": gettext_noop("התמונה קטנה מדי (%(width)s×%(height)s). המידה הקטנה ביותר: %(least)s."),
    "too_large": gettext_noop("התמונה גדולה מדי (%(width)s×%(height)s). המידה הגדולה ביותר: %(most)s."),
}


GROUPED = ("least", "most")  # sums and lengths; the sides of a picture are written as they are


def _fact(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return hebrew.exactly(value)
    return hebrew.grouped(value) if name in GROUPED and isinstance(value, int) else value


def sentence(refusal: Refusal | PictureProblem) -> str:
    """The sentence of a refusal; facts fill its places."""
    facts = {name: _fact(name, value) for name, value in refusal.facts.items()}
    return _(SENTENCES[refusal.code]) % facts
